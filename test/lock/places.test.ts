import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { recordFile, socketFile } from '../../src/lock/folders.ts';
import { tempDir } from '../harness/job.ts';
import { canRun, NAMESPACE, OTHER_USER, startLockProcess } from '../harness/lock-client.ts';
import { ID, openEngine, pathsIn } from './an-engine.ts';
import { held } from './contract.ts';

const quick = { heartbeatMs: 1000, staleMs: 2000 };

describe.runIf(canRun(NAMESPACE))('a holder in another pid namespace', () => {
  test('is not robbed while it lives, though its pid is another process here', async () => {
    const root = tempDir();
    const holder = startLockProcess({ root, wrapper: NAMESPACE });
    const token = await holder.hold();
    const { pid, socket } = JSON.parse(readFileSync(recordFile(pathsIn(root), token), 'utf8'));
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
    const since = stopwatch();
    const claim = await held(openEngine(root), ID);
    console.log(`killed in another pid namespace, taken over after ${Math.round(since())} ms`);
    expect(since()).toBeLessThan(1000);
    expect(existsSync(recordFile(pathsIn(root), token))).toBe(false);
    expect(existsSync(socketFile(pathsIn(root), token))).toBe(false);
    await claim[Symbol.asyncDispose]();
  });

  test('and one in a third have one pid, and are not mixed up', async () => {
    const root = tempDir();
    const [first, second] = [1, 2].map(() => startLockProcess({ root, wrapper: NAMESPACE }));
    const token = await first?.hold();
    expect(await second?.ask('claim')).toEqual({ held: false, token });
    await first?.kill();
    expect(await second?.hold()).not.toBe(token);
  });

  test('in a folder whose path is too long for a socket falls to its heartbeat, not before', async () => {
    const root = join(tempDir(), 'x'.repeat(60));
    mkdirSync(root);
    const holder = startLockProcess({ root, wrapper: NAMESPACE, ...quick });
    const token = await holder.hold();
    expect(JSON.parse(readFileSync(recordFile(pathsIn(root), token), 'utf8')).socket).toBe(false);
    const engine = openEngine(root, quick);
    const alive = stopwatch();
    for (; alive() < 2500; await delay(50)) expect(await engine.holder(ID)).toMatchObject({ token });
    await holder.kill();
    const dead = stopwatch();
    while ((await engine.holder(ID)) !== undefined) await delay(50);
    expect(dead()).toBeGreaterThan(900);
  });
});

describe.runIf(canRun(OTHER_USER))('users who share a folder', () => {
  test('do not rob each other, and take over from each other´s dead', async () => {
    const root = tempDir();
    chmodSync(root, 0o777);
    const umask = process.umask(0);
    pathsIn(root);
    process.umask(umask);
    const [ours, theirs] = [startLockProcess({ root }), startLockProcess({ root, wrapper: OTHER_USER })];
    const first = await ours.hold();
    // May not even send us signal 0: that says nothing about whether we live.
    expect(await theirs.ask('claim')).toEqual({ held: false, token: first });
    expect(await theirs.ask('alive', first)).toBe(true);
    await ours.kill();
    const second = await theirs.hold();
    const engine = openEngine(root);
    expect(await engine.holder(ID)).toMatchObject({ token: second });
    await theirs.kill();
    await (await held(engine, ID))[Symbol.asyncDispose]();
  });
});
