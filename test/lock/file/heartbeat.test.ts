import { mkdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newToken } from '../../../src/base/key.ts';
import { stopwatch } from '../../../src/base/wait.ts';
import { fileClaim } from '../../../src/lock/file/claim.ts';
import { ownerFile } from '../../../src/lock/file/folders.ts';
import { realFs } from '../../../src/lock/file/owner-fs.ts';
import { here } from '../../../src/lock/file/record.ts';
import { tempDir } from '../../harness/job/job.ts';
import { ASKER } from '../asker.ts';
import { pathsIn } from './an-engine.ts';

const quick = { heartbeatMs: 1000, staleMs: 2000 };

function claimOptions() {
  const [folders, token] = [pathsIn(tempDir()), newToken()];
  mkdirSync(join(folders.tmp, token));
  return { folders, token, asker: ASKER, place: here(), network: false, strict: false, ...quick };
}

test.each(['stat', 'utimes'] as const)(
  'a heartbeat whose %s fails once, when the clock has just jumped ahead, does not lose the lock',
  async (call) => {
    let fail = true;
    const failing = async (...args: unknown[]) => {
      if (fail && vi.isFakeTimers()) {
        fail = false;
        throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      }
      return Reflect.apply(realFs[call], realFs, args);
    };
    const claim = await fileClaim({ ...claimOptions(), fs: { ...realFs, [call]: failing } });
    onTestFinished(() => void vi.useRealTimers());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    await delay(2 * quick.staleMs);
    expect(fail).toBe(false);
    expect(claim.lost.aborted).toBe(false);
    await claim[Symbol.asyncDispose]();
  },
);

test('a heartbeat that keeps failing loses no lock that nobody took over, and the holder goes on', async () => {
  let fail = false;
  let failures = 0;
  const again = Promise.withResolvers<void>();
  const utimes: typeof realFs.utimes = async (...args) => {
    if (!fail) return realFs.utimes(...args).then(() => (failures > 0 ? again.resolve() : undefined));
    failures += 1;
    throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  };
  const options = claimOptions();
  const claim = await fileClaim({ ...options, fs: { ...realFs, utimes } });
  fail = true;
  await delay(2 * quick.staleMs);
  expect(failures).toBeGreaterThan(2);
  fail = false;
  await again.promise;
  expect([claim.lost.aborted, await claim.confirm()]).toEqual([false, true]);
  // What only the disk knows is believed as soon as it answers.
  unlinkSync(ownerFile(options.folders.lock, claim.token));
  await new Promise((resolve) => claim.lost.addEventListener('abort', resolve));
  await claim[Symbol.asyncDispose]();
});

test('a heartbeat that keeps failing loses a strict lock in time, also when the clock has jumped back', async () => {
  let fail = false;
  const utimes: typeof realFs.utimes = async (...args) => {
    if (fail) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
    return realFs.utimes(...args);
  };
  const claim = await fileClaim({ ...claimOptions(), strict: true, fs: { ...realFs, utimes } });
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  fail = true;
  const since = stopwatch();
  await new Promise((resolve) => claim.lost.addEventListener('abort', resolve));
  expect(since()).toBeLessThan(2 * quick.staleMs);
  await claim[Symbol.asyncDispose]();
});
