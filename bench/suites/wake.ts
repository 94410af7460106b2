import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ended, gate, Step, said } from '../step.ts';
import type { Findings, Settings } from '../suite.ts';
import { peerQueue } from './peer-queue.ts';

/** From the builder's publish to the last of many waiters having its answer, beside queues of other kinds. */
export async function wake(dir: string, settings: Settings): Promise<Findings> {
  const { waiters, holdMs } = settings;
  const ours = await ourQueue(join(dir, 'ours'), waiters);
  const poll = await peerQueue('poll', join(dir, 'poll'), settings);
  const queue = await peerQueue('queue', join(dir, 'queue'), settings);
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

/** Milliseconds from the publish to each waiter's outputs, sorted. */
async function ourQueue(dir: string, waiters: number): Promise<number[]> {
  const cache = join(dir, 'cache');
  mkdirSync(cache, { recursive: true });
  const door = gate(dir);
  const inputs = { key: 'wake', run: `echo started; ${door.wait}` };
  const builder = new Step(cache, 'builder', inputs).start();
  await said(builder, '\nstarted');
  const steps = Array.from({ length: waiters }, (_, index) => new Step(cache, `waiter-${index}`, inputs));
  const children = steps.map((step) => step.start());
  await Promise.all(children.map((child) => said(child, 'Waiting')));
  door.open();
  await Promise.all([builder, ...children].map(ended));
  const published = publishedAt(cache);
  return steps.map((step) => step.answeredAt - published).sort((a, b) => a - b);
}

/** A rename changes nothing in what it moves but its ctime. */
function publishedAt(cache: string): number {
  const versions = join(cache, 'build-once', 'v1');
  const [id = ''] = readdirSync(versions).filter((name) => !name.startsWith('.'));
  return statSync(join(versions, id, 'entry')).ctimeMs;
}
