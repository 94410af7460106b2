import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemCode } from '../../../src/base/errors.ts';
import { newToken } from '../../../src/base/key.ts';
import { isClaim } from '../../../src/lock/engine.ts';
import { fileClaim } from '../../../src/lock/file/claim.ts';
import { FileEngine } from '../../../src/lock/file/engine.ts';
import { ownerFile, recordFile, socketFile } from '../../../src/lock/file/folders.ts';
import { realFs, SWEPT } from '../../../src/lock/file/owner-fs.ts';
import { here } from '../../../src/lock/file/record.ts';
import { tempDir } from '../../harness/job/job.ts';
import { startLockProcess } from '../../harness/lock/client.ts';
import { litter } from '../../harness/storm/remains.ts';
import { ASKER, reporterTo } from '../asker.ts';
import { held, lockContract } from '../contract.ts';
import { ID, openEngine, pathsIn } from './an-engine.ts';

const quick = { heartbeatMs: 1000, staleMs: 2000 };

lockContract('file engine', async () => {
  const root = tempDir();
  return {
    open: () => openEngine(root, { heartbeatMs: 1000 }),
    rob: async (id, token) => unlinkSync(ownerFile(pathsIn(root, id).lock, token)),
  };
});

describe('file engine', () => {
  test('a claim where a folder that the lock needs has gone ends with the error that says so', async () => {
    const root = tempDir();
    const folders = pathsIn(root, ID);
    const engine = new FileEngine({
      above: root,
      folderOf: () => folders.dir,
      network: false,
      ...quick,
      reporter: reporterTo(() => {}),
    });
    rmSync(folders.holders, { recursive: true, force: true });
    await expect(engine.claim(ID, ASKER)).rejects.toMatchObject({
      code: 'ENOENT',
      dest: expect.stringContaining('holders'),
    });
    expect(readdirSync(folders.tmp)).toEqual([]);
  });

  test('a claim and its release leave nothing', async () => {
    const root = tempDir();
    const claim = await held(openEngine(root), ID);
    const paths = pathsIn(root);
    expect(readdirSync(paths.lock)).toEqual([`owner-${claim.token}`]);
    expect(readdirSync(paths.holders).sort()).toEqual([`${claim.token}.json`, `${claim.token}.sock`]);
    expect(readdirSync(paths.tmp)).toEqual([]);
    await claim[Symbol.asyncDispose]();
    expect(litter(root)).toEqual([]);
  });

  test('a claim that is refused leaves nothing', async () => {
    const root = tempDir();
    const claim = await held(openEngine(root), ID);
    expect(isClaim(await openEngine(root).claim(ID, ASKER))).toBe(false);
    await claim[Symbol.asyncDispose]();
    expect(litter(root)).toEqual([]);
  });

  test('a claim is made again when a sweeper took the private folder for a dead one', async () => {
    const token = newToken();
    const options = claimOptions(tempDir(), token);
    const rename: typeof realFs.rename = async (from, to) => {
      unlinkSync(join(String(from), `owner-${token}`));
      await realFs.rename(from, to);
    };
    const error = await fileClaim({ ...options, fs: { ...realFs, rename } }).catch((caught: unknown) => caught);
    expect(systemCode(error)).toBe(SWEPT);
    expect(readdirSync(options.folders.holders)).toEqual([]);
    expect(readdirSync(options.folders.tmp)).toEqual([]);
  });

  test('a claim that was robbed before its first heartbeat is made again', async () => {
    const token = newToken();
    const options = claimOptions(tempDir(), token);
    const utimes: typeof realFs.utimes = async (file, ...times) => {
      unlinkSync(String(file));
      await realFs.utimes(file, ...times);
    };
    const error = await fileClaim({ ...options, fs: { ...realFs, utimes } }).catch((caught: unknown) => caught);
    expect(systemCode(error)).toBe(SWEPT);
  });

  test('a heartbeat that hangs loses a strict lock after two thirds of the stale time and a grace', async () => {
    let hang = false;
    const utimes: typeof realFs.utimes = (...args) => (hang ? new Promise(() => {}) : realFs.utimes(...args));
    const readdir = ((path: string) => (hang ? new Promise(() => {}) : realFs.readdir(path))) as typeof realFs.readdir;
    const options = { ...claimOptions(tempDir(), newToken()), strict: true };
    const claim = await fileClaim({ ...options, fs: { ...realFs, utimes, readdir } });
    hang = true;
    await new Promise((resolve) => claim.lost.addEventListener('abort', resolve));
    expect(claim.lost.reason).toMatchObject({ message: expect.stringContaining('heartbeat') });
    hang = false;
    await claim[Symbol.asyncDispose]();
  });

  test('a holder that was killed is taken over at once, and told', async () => {
    const root = tempDir();
    const dead = startLockProcess({ root });
    const token = await dead.hold();
    await dead.kill();
    const lines: string[] = [];
    const engine = openEngine(root, { onLine: (line) => lines.push(line) });
    const claim = await held(engine, ID);
    expect(lines).toEqual([
      expect.stringMatching(/^Took over the lock of octo\/tools.*: its process is gone\. Continuing normally\.$/),
    ]);
    expect(existsSync(recordFile(pathsIn(root), token))).toBe(false);
    expect(existsSync(socketFile(pathsIn(root), token))).toBe(false);
    await claim[Symbol.asyncDispose]();
    expect(litter(root)).toEqual([]);
  });

  test('of 8 that find a dead holder one gets the lock', async () => {
    const root = tempDir();
    const dead = startLockProcess({ root });
    await dead.hold();
    await dead.kill();
    const answers = await Promise.all(Array.from({ length: 8 }, () => openEngine(root).claim(ID, ASKER)));
    const claims = answers.filter(isClaim);
    expect(claims).toHaveLength(1);
    expect(await claims[0]?.confirm()).toBe(true);
    await claims[0]?.[Symbol.asyncDispose]();
  });

  test('a holder whose record cannot be read is waited for until its heartbeat stood still', async () => {
    const root = tempDir();
    const stopped = startLockProcess({ root, ...quick });
    const token = await stopped.hold();
    writeFileSync(recordFile(pathsIn(root), token), '{ half of a rec');
    const engine = openEngine(root, quick);
    // Its heart still beats: longer than the stale time, it is not robbed.
    await watchFor(3000, async () => expect(await engine.holder(ID)).toMatchObject({ token, asker: undefined }));
    process.kill(stopped.pid, 'SIGSTOP');
    // Its last heartbeat may have been a second ago.
    expect(await untilFree(engine)).toBeGreaterThan(700);
  });

  test('a stopped holder is robbed when its heartbeat stood still, finds out, and its release is nobody else´s', async () => {
    const root = tempDir();
    const stopped = startLockProcess({ root, ...quick });
    await stopped.hold();
    process.kill(stopped.pid, 'SIGSTOP');
    const engine = openEngine(root, quick);
    await untilFree(engine);
    const claim = await held(engine, ID);
    process.kill(stopped.pid, 'SIGCONT');
    expect(await stopped.ask('confirm')).toBe(false);
    while (!(await stopped.ask<boolean>('lost'))) await delay(20);
    await stopped.ask('release');
    expect(await claim.confirm()).toBe(true);
    await claim[Symbol.asyncDispose]();
    expect(litter(root)).toEqual([]);
  });

  test('a holder that was stopped for a moment only, and not robbed, keeps the lock', async () => {
    const root = tempDir();
    const stopped = startLockProcess({ root, ...quick });
    await stopped.hold();
    process.kill(stopped.pid, 'SIGSTOP');
    await delay(2500);
    process.kill(stopped.pid, 'SIGCONT');
    await watchFor(1500, async () => expect(await stopped.ask('lost')).toBe(false));
    expect(await stopped.ask('confirm')).toBe(true);
  });

  test('a foreign file in the lock is waited for, and moved aside when it stood for long', async () => {
    const root = tempDir();
    const { lock } = pathsIn(root);
    mkdirSync(lock);
    writeFileSync(join(lock, 'notes.txt'), 'mine');
    const lines: string[] = [];
    const engine = openEngine(root, { ...quick, onLine: (line) => lines.push(line) });
    expect(await engine.claim(ID, ASKER)).toMatchObject({ token: 'notes.txt', asker: undefined });
    expect(await untilFree(engine)).toBeGreaterThanOrEqual(1900);
    expect(lines).toEqual([expect.stringContaining('notes.txt')]);
    // The file was moved, not the folder: by now somebody's lock might be in it.
    expect(readdirSync(lock)).toEqual([]);
    expect(await (await held(engine, ID)).confirm()).toBe(true);
  });

  test('a foreign file beside an owner changes nothing for the owner', async () => {
    const root = tempDir();
    const claim = await held(openEngine(root, quick), ID);
    writeFileSync(join(pathsIn(root).lock, 'notes.txt'), 'mine');
    const other = openEngine(root, quick);
    await watchFor(2500, async () => expect(await other.holder(ID)).toMatchObject({ token: claim.token }));
    expect(await claim.confirm()).toBe(true);
    await claim[Symbol.asyncDispose]();
    await untilFree(other);
  });

  test('a process that exits without a release ends what it was told to, then opens the lock', async () => {
    const root = tempDir();
    const program = `
      const { openEngine, ID, ASKER } = await import(${JSON.stringify(join(import.meta.dirname, 'an-engine.ts'))});
      const { readdirSync } = await import('node:fs');
      const claim = await openEngine(${JSON.stringify(root)}).claim(ID, ASKER);
      const lock = ${JSON.stringify(pathsIn(root).lock)};
      claim.onExit(() => console.log('held at the end: ' + readdirSync(lock).length));
      process.exit(0);`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(printed).toBe('held at the end: 1\n');
    expect(existsSync(pathsIn(root).lock)).toBe(false);
  });
});

describe('whether an attempt may still be alive', () => {
  test('what a dead one left of the lock is cleared away by asking: its record, and a socket without a record', async () => {
    const root = tempDir();
    const dead = startLockProcess({ root });
    const token = await dead.hold();
    const paths = pathsIn(root);
    unlinkSync(recordFile(paths, token));
    unlinkSync(ownerFile(paths.lock, token));
    expect(await openEngine(root).alive(ID, token)).toBe(true);
    await dead.kill();
    expect(existsSync(socketFile(paths, token))).toBe(true);
    expect(await openEngine(root).alive(ID, token)).toBe(false);
    expect(readdirSync(paths.holders)).toEqual([]);
  });

  test.each([
    { seen: 'by its record', folderAskedFor: 1 },
    { seen: 'by its socket alone', folderAskedFor: 2 },
  ])('one that takes the lock and dies while it is asked for $seen keeps its record', async ({ folderAskedFor }) => {
    const root = tempDir();
    const dead = startLockProcess({ root });
    const token = await dead.hold();
    const folders = pathsIn(root);
    const [owner, record, aside] = [ownerFile(folders.lock, token), recordFile(folders, token), join(root, 'aside')];
    unlinkSync(owner);
    if (folderAskedFor === 2) renameSync(record, aside);
    await dead.kill();
    let asked = 0;
    const meanwhile = {
      ...folders,
      // Asked for first for its record, then for its socket: both after the lock was looked into.
      get holders() {
        if (++asked === folderAskedFor) {
          if (existsSync(aside)) renameSync(aside, record);
          writeFileSync(owner, '');
        }
        return folders.holders;
      },
    };
    class Meanwhile extends FileEngine {
      override folders = () => meanwhile;
    }
    const engine = new Meanwhile({
      above: root,
      folderOf: () => folders.dir,
      network: false,
      ...quick,
      reporter: reporterTo(() => {}),
    });
    expect(await engine.alive(ID, token)).toBe(true);
    expect(existsSync(record)).toBe(true);
    expect(isClaim(await openEngine(root).claim(ID, ASKER))).toBe(true);
  });

  test('one that lost its lock and still runs is', async () => {
    const root = tempDir();
    const running = startLockProcess({ root });
    const token = await running.hold();
    unlinkSync(ownerFile(pathsIn(root).lock, token));
    expect(await openEngine(root).alive(ID, token)).toBe(true);
    await running.kill();
    expect(await openEngine(root).alive(ID, token)).toBe(false);
    expect(litter(root)).toEqual(['lock']);
  });
});

function claimOptions(root: string, token: string) {
  const folders = pathsIn(root);
  mkdirSync(join(folders.tmp, token));
  return { folders, token, asker: ASKER, place: here(), network: false, strict: false, ...quick };
}

/** Asks again and again for some time; only for what must not happen, which no event could tell. */
async function watchFor(ms: number, check: () => Promise<void>): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; await delay(50)) await check();
}

/** Asks as a waiter does until nobody holds the lock; returns the milliseconds that took. */
async function untilFree(engine: ReturnType<typeof openEngine>): Promise<number> {
  const since = performance.now();
  while ((await engine.holder(ID)) !== undefined) await delay(50);
  return performance.now() - since;
}
