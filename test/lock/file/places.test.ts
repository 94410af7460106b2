import { existsSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { processState } from '../../../src/host/proc.ts';
import type { FileEngine } from '../../../src/lock/file/engine.ts';
import { recordFile, socketFile } from '../../../src/lock/file/folders.ts';
import { readRecord } from '../../../src/lock/file/record.ts';
import { tempDir } from '../../harness/job/job.ts';
import {
  type LockProcess,
  lacking,
  NAMESPACE,
  NETWORKLESS,
  NEVER_REAPED,
  OTHER_HOST,
  startLockProcess,
} from '../../harness/lock/client.ts';
import { held } from '../contract.ts';
import { ID, openEngine, pathsIn } from './an-engine.ts';

const BROKEN_DISK = join(import.meta.dirname, '../../harness/faults/broken-disk.ts');
const noSockets = ['env', `NODE_OPTIONS=--import ${BROKEN_DISK}`, 'TEST_BROKEN_DISK=no-sockets'];
const [noNamespace, noOtherHost, noNetwork] = [lacking(NAMESPACE), lacking(OTHER_HOST), lacking(NETWORKLESS)];
const quick = { heartbeatMs: 1000, staleMs: 2000 };

describe.skipIf(noNamespace)(`a holder in another pid namespace${noNamespace}`, () => {
  test('is not robbed while it lives, though its pid is another process here', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: NAMESPACE });
    const token = await holder.hold();
    const { pid, socket } = readRecord(recordFile(pathsIn(root), token)) ?? {};
    expect({ pid, socket }).toEqual({ pid: 1, socket: true });
    const engine = openEngine(root);
    expect(await engine.holder(ID)).toMatchObject({ token });
    expect(await engine.alive(ID, token)).toBe(true);
    expect(await holder.ask('confirm')).toBe(true);
  });

  test('is taken over within 1 s when it was killed', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: NAMESPACE });
    const token = await holder.hold();
    await holder.kill();
    await takenOverWithin1s(root, 'in another pid namespace');
    expect(existsSync(recordFile(pathsIn(root), token))).toBe(false);
    expect(existsSync(socketFile(pathsIn(root), token))).toBe(false);
  });

  test('and one in a third have one pid, and are not mixed up', async () => {
    const root = tempDir();
    const [first, second] = [1, 2].map(() => startLockProcess({ root, wrapper: NAMESPACE }));
    const token = await first?.hold();
    expect(await second?.ask('claim')).toEqual({ held: false, token });
    await first?.kill();
    expect(await second?.hold()).not.toBe(token);
  });

  test('and listens at a path of any length, is asked there, and is taken over within 1 s', async () => {
    const root = join(tempDir(), 'x'.repeat(200));
    mkdirSync(root);
    const holder = startLockProcess({ root, wrapper: NAMESPACE });
    const token = await holder.hold();
    expect(readRecord(recordFile(pathsIn(root), token))?.socket).toBe(true);
    expect(existsSync(socketFile(pathsIn(root), token))).toBe(true);
    expect(await openEngine(root).holder(ID)).toMatchObject({ token });
    await holder.kill();
    await takenOverWithin1s(root, 'at a path too long for a socket');
    const released = startLockProcess({ root, wrapper: NAMESPACE });
    await released.hold();
    await released.ask('release');
    expect(readdirSync(pathsIn(root).holders)).toEqual([]);
  });

  test('on a disk that takes no sockets falls to its heartbeat, not before', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: [...noSockets, ...NAMESPACE], ...quick });
    const token = await holder.hold();
    expect(readRecord(recordFile(pathsIn(root), token))?.socket).toBe(false);
    const engine = openEngine(root, quick);
    await expectHeld(engine, token, 2500);
    await holder.kill();
    await expectFallsByItsHeartbeat(engine);
  });

  test('that is stopped does not answer, and falls to its heartbeat, not before', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: NAMESPACE, ...quick });
    const token = await holder.hold();
    const engine = openEngine(root, quick);
    expect(await engine.holder(ID)).toMatchObject({ token });
    process.kill(holder.pid, 'SIGSTOP');
    await expectFallsByItsHeartbeat(engine);
    process.kill(holder.pid, 'SIGCONT');
    const next = await held(engine, ID);
    while (!(await holder.ask('lost'))) await delay(20);
    await holder.ask('release');
    expect(await next.confirm()).toBe(true);
  });

  test('whose record is gone is not robbed while its heart beats, socket or not, and falls to its heartbeat', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: NAMESPACE, ...quick });
    const token = await holder.hold();
    unlinkSync(recordFile(pathsIn(root), token));
    const engine = openEngine(root, quick);
    await expectHeld(engine, token, 2500);
    await holder.kill();
    expect(existsSync(socketFile(pathsIn(root), token))).toBe(true);
    await expectFallsByItsHeartbeat(engine);
    expect(existsSync(socketFile(pathsIn(root), token))).toBe(false);
  });

  test.each([
    ['under our host name', []],
    ['under another host name', OTHER_HOST],
  ])('is never judged by its pid or its socket on a network file system, %s', async (_name, under) => {
    const root = tempDir();
    const network = { ...quick, network: true };
    const [holder, next] = [under, []].map((more) => {
      return startLockProcess({ root, wrapper: [...NAMESPACE, ...more], ...network });
    }) as [LockProcess, LockProcess];
    const token = await holder.hold();
    const { pid, socket } = readRecord(recordFile(pathsIn(root), token)) ?? {};
    expect({ pid, socket }).toEqual({ pid: 1, socket: false });
    // Each of the two is pid 1 to itself, and started at another time.
    expect(await next.ask('claim')).toEqual({ held: false, token });
    const engine = openEngine(root, network);
    await expectHeld(engine, token, 1500);
    await holder.kill();
    expect(await next.ask('claim')).toEqual({ held: false, token });
    await expectFallsByItsHeartbeat(engine);
    expect(await next.hold()).not.toBe(token);
  });
});

describe.skipIf(noOtherHost)(`a holder of this pid namespace under another host name${noOtherHost}`, () => {
  test('is judged by its pid on a local disk: containers may have names of their own', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: OTHER_HOST });
    const token = await holder.hold();
    expect(readRecord(recordFile(pathsIn(root), token))?.host).toBe('another-host');
    expect(await openEngine(root).holder(ID)).toMatchObject({ token });
    await holder.kill();
    await takenOverWithin1s(root, 'under another host name');
  });

  test('is not judged by its pid on a network file system: a cloned machine shares our boot id', async () => {
    const root = tempDir();
    const network = { ...quick, network: true };
    const holder = startLockProcess({ root, wrapper: OTHER_HOST, ...network });
    const token = await holder.hold();
    const engine = openEngine(root, network);
    await expectHeld(engine, token, 1500);
    await holder.kill();
    expect(await engine.holder(ID)).toMatchObject({ token });
    await expectFallsByItsHeartbeat(engine);
  });
});

describe.skipIf(noNetwork)(`a holder in another network namespace${noNetwork}`, () => {
  test.each([
    ['alone', NETWORKLESS],
    ['and in another pid namespace', [...NETWORKLESS, ...NAMESPACE]],
  ])('%s, is not robbed while it lives, and taken over within 1 s when it was killed', async (which, wrapper) => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper });
    const token = await holder.hold();
    const engine = openEngine(root);
    expect(await engine.holder(ID)).toMatchObject({ token });
    expect(await engine.alive(ID, token)).toBe(true);
    await holder.kill();
    await takenOverWithin1s(root, `in another network namespace ${which}`);
  });
});

describe.runIf(process.platform === 'linux')('a holder that nobody waits for when it dies', () => {
  test('is dead as a zombie, and taken over within 1 s', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: NEVER_REAPED });
    const token = await holder.hold();
    onTestFinished(async () => {
      holder.process.kill('SIGKILL');
      await holder.ended;
    });
    const { pid } = holder;
    process.kill(pid, 'SIGKILL');
    while (!processState(pid)?.zombie) await delay(2);
    await takenOverWithin1s(root, 'as a zombie');
    expect(processState(pid)?.zombie).toBe(true);
    expect(existsSync(recordFile(pathsIn(root), token))).toBe(false);
  });
});

async function takenOverWithin1s(root: string, where: string): Promise<void> {
  const since = stopwatch();
  const claim = await held(openEngine(root), ID);
  console.log(`killed ${where}, taken over after ${Math.round(since())} ms`);
  expect(since()).toBeLessThan(1000);
  await claim[Symbol.asyncDispose]();
}

async function expectHeld(engine: FileEngine, token: string, forMs: number): Promise<void> {
  const watched = stopwatch();
  for (; watched() < forMs; await delay(50)) expect(await engine.holder(ID)).toMatchObject({ token });
}

/** Not before most of the stale time was seen to pass in silence, some of it before this is called: a busy machine is late. */
async function expectFallsByItsHeartbeat(engine: FileEngine): Promise<void> {
  const before = (await engine.holder(ID))?.silentMs ?? 0;
  const silent = stopwatch();
  while ((await engine.holder(ID)) !== undefined) await delay(50);
  expect(before + silent()).toBeGreaterThan(0.9 * quick.staleMs);
}
