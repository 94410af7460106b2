import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { ownerFile, recordFile } from '../../../src/lock/file/folders.ts';
import { type Clock, clock, HOUR } from '../../harness/faults/clock.ts';
import { tempDir } from '../../harness/job/job.ts';
import { type LockProcess, startLockProcess } from '../../harness/lock/client.ts';
import { pathsIn } from './an-engine.ts';

/** As short as the library allows. */
const quick = { heartbeatMs: 1000, staleMs: 2000 };

interface Scene {
  readonly root: string;
  readonly holder: LockProcess;
  readonly observer: LockProcess;
  readonly token: string;
}

/** A holder whose process the observer cannot see, as if it were on another host: only its heartbeat tells. */
async function scene(holderClock: Clock, observerClock: Clock): Promise<Scene> {
  const root = tempDir();
  const holder = startLockProcess({ root, ...quick, ...holderClock.options });
  const observer = startLockProcess({ root, ...quick, ...observerClock.options });
  const token = await holder.hold();
  const file = recordFile(pathsIn(root), token);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), bootId: 'another' }));
  return { root, holder, observer, token };
}

/** Looks for longer than twice the stale time, and now and then lets something happen. */
async function expectNotRobbed({ holder, observer, token }: Scene, happens = (_look: number) => {}): Promise<void> {
  const since = stopwatch();
  for (let look = 0; since() < 2.5 * quick.staleMs; look++) {
    happens(look);
    expect(await observer.ask('claim')).toEqual({ held: false, token });
    await delay(50);
  }
  expect(await holder.ask('lost')).toBe(false);
  expect(await holder.ask('confirm')).toBe(true);
}

/** Kills the holder right after a heartbeat, and claims until that is granted; returns how many milliseconds that took. */
async function takeover({ root, holder, observer, token }: Scene, happens = (_look: number) => {}): Promise<number> {
  const beat = () => statSync(ownerFile(pathsIn(root).lock, token)).mtimeMs;
  for (const last = beat(); beat() === last; ) await delay(5);
  await holder.kill();
  // This look is the first that sees the last heartbeat: from here on it stands still.
  expect(await observer.ask('claim')).toEqual({ held: false, token });
  const since = stopwatch();
  for (let look = 0; ; look++) {
    happens(look);
    if ((await observer.ask<{ held: boolean }>('claim')).held) return since();
    await delay(20);
  }
}

function expectInTime(ms: number): number {
  // Not all of the stale time: the answer to the first look takes its time to come here.
  expect(ms).toBeGreaterThan(quick.staleMs - 200);
  expect(ms).toBeLessThan(quick.staleMs + 1500);
  return ms;
}

const clocks = [
  ['the holder an hour ahead', HOUR, 0],
  ['the holder an hour behind', -HOUR, 0],
  ['the observer an hour ahead', 0, HOUR],
  ['the observer an hour behind', 0, -HOUR],
] as const;

test('clocks an hour apart, whoever is ahead: the living is not robbed, the dead is taken over after the stale time', async () => {
  const all = clocks.map(async ([what, holders, observers]) => {
    const seen = await scene(clock(holders), clock(observers));
    await expectNotRobbed(seen);
    const beat = statSync(ownerFile(pathsIn(seen.root).lock, seen.token)).mtimeMs;
    // Its heartbeat is what its own clock says, so the clocks are what this test says they are.
    expect(Math.abs(beat - Date.now() - holders)).toBeLessThan(60_000);
    return `${what}: ${Math.round(expectInTime(await takeover(seen)))} ms`;
  });
  console.log(`taken over (stale: ${quick.staleMs} ms) with ${(await Promise.all(all)).join(', ')}`);
});

/** Forth, back and forth again, each several times within the stale time. */
const jumps = (its: Clock) => (look: number) => its.jumpTo([HOUR, -HOUR, 0][Math.floor(look / 6) % 3] ?? 0);

test('a clock that jumps while its process holds: the lock is kept, nobody robs it, and it falls when the holder is dead', async () => {
  const its = clock(0);
  const seen = await scene(its, clock(0));
  await expectNotRobbed(seen, jumps(its));
  expectInTime(await takeover(seen));
});

test('a clock that jumps while its process watches: it neither robs the living nor spares the dead', async () => {
  const its = clock(0);
  const seen = await scene(clock(0), its);
  await expectNotRobbed(seen, jumps(its));
  expectInTime(await takeover(seen, jumps(its)));
});
