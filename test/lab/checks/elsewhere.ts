import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LockProcess } from '../../harness/job/asked-process.ts';
import type { Side } from '../../harness/storm/side.ts';
import { type Check, demand, seconds } from './check.ts';
import { hostsOf } from './host.ts';

const HEARTBEAT_MS = 1000;
/** Between two questions of the observer, which stand for a waiter's. */
const ASK_MS = 250;

/**
 * A holder on another host. Both run on one kernel, where its pid could be asked for: only that the host names differ
 * keeps the observer from doing so, as it must on hosts that are clones of one machine.
 */
export const elsewhere: Check = {
  name: 'a holder on the other host',
  async run(lab) {
    const stale = lab.sizes.stale * 1000;
    const [a, b] = hostsOf(lab.sides);
    const root = mkdtempSync(join(a.root, 'elsewhere-'));
    const start = ({ wrapper }: Side) =>
      new LockProcess({ root, wrapper, network: true, staleMs: stale, heartbeatMs: HEARTBEAT_MS });
    const [holder, observer] = [start(a), start(b)];
    try {
      return await watchBoth(holder, observer, stale);
    } finally {
      for (const each of [holder, observer]) each.process.kill('SIGKILL');
      await Promise.all([holder.ended, observer.ended]);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

async function watchBoth(holder: LockProcess, observer: LockProcess, stale: number): Promise<string> {
  const token = await holder.hold();
  const watched = 2 * stale + HEARTBEAT_MS;
  const robbed = await claimWithin(observer, watched);
  demand(robbed === undefined, `robbed while it was alive, after ${seconds(robbed ?? 0)}`);
  demand((await observer.ask('holder')) === token, 'the observer does not see who holds it');
  demand((await holder.ask('confirm')) === true, 'the holder has lost it');
  await holder.kill();
  const taken = await claimWithin(observer, 3 * stale + 10_000);
  demand(taken !== undefined, `not taken over within ${seconds(3 * stale + 10_000)} after it was killed`);
  // It beat last at most one heartbeat, late by as much again, before it was killed.
  const least = stale - 2 * HEARTBEAT_MS;
  demand(
    taken >= least,
    `taken over ${seconds(taken)} after it was killed, though it is stale after ${seconds(stale)}`,
  );
  return `not robbed in ${seconds(watched)} of its life, taken over ${seconds(taken)} after its death (stale: ${seconds(stale)})`;
}

/** Milliseconds until the lock is granted; undefined: it never was. */
async function claimWithin(observer: LockProcess, limitMs: number): Promise<number | undefined> {
  const began = performance.now();
  while (performance.now() - began < limitMs) {
    const { held } = await observer.ask<{ held: boolean }>('claim');
    if (held) return performance.now() - began;
    await setTimeout(ASK_MS);
  }
  return undefined;
}
