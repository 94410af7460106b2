import { join } from 'node:path';
import type { Findings, Settings } from '../suite.ts';
import { ourQueue } from './our-queue.ts';
import { peerQueue } from './peer-queue.ts';

/** Measures the time from the publish to the answer of the last of many waiters, beside other queues. */
export async function wake(dir: string, settings: Settings): Promise<Findings> {
  const { waiters, holdMs } = settings;
  const ours = await ourQueue(join(dir, 'ours'), waiters);
  const poll = await peerQueue('poll', join(dir, 'poll'), { ...settings, pollMs: 100 });
  const queue = await peerQueue('queue', join(dir, 'queue'), { ...settings, pollMs: 100 });
  const last = ours.at(-1) ?? Number.NaN;
  const what = `the last of ${waiters} waiters has its answer`;
  return {
    rows: [
      {
        what,
        ours: last,
        unit: 'ms',
        peer: { name: '100 ms poll under the lock', ...poll },
        goal: { of: 'ours', atMost: 250 },
      },
      { what, ours: last, unit: 'ms', peer: { name: "proper-lockfile's retries", ...queue } },
    ],
    notes: [
      `Milliseconds from the publish to the outputs of the first waiter ${(ours[0] ?? Number.NaN).toFixed(0)}, of the middle one ${(ours[Math.floor(ours.length / 2)] ?? Number.NaN).toFixed(0)}, by the clock of the file system.`,
      `The peers' builder held the lock for ${holdMs / 1000} s after all others had begun to wait; with a longer build the pauses between retries grow.`,
    ],
  };
}
