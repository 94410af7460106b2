import { join } from 'node:path';
import type { Line } from '../chart.ts';
import type { Findings, Row, Settings } from '../suite.ts';
import { ourQueue } from './our-queue.ts';
import { peerQueue, type Took } from './peer-queue.ts';

const OURS = 'build-once';
const QUEUE = "proper-lockfile's retries";
const POLL = '1 s poll under the lock';

/** How long the last of some jobs waits once the artifact is there, over the number of jobs; beside other queues. */
export async function queue(dir: string, settings: Settings): Promise<Findings> {
  const { queues, queueCapMs } = settings;
  const took: Record<string, { readonly jobs: number; readonly took: Took }[]> = {
    [OURS]: [],
    [QUEUE]: [],
    [POLL]: [],
  };
  const note = (name: string, jobs: number, one: Took) => took[name]?.push({ jobs, took: one });
  for (const jobs of queues) {
    const peers = { ...settings, waiters: jobs - 1, capMs: queueCapMs, pollMs: 1000 };
    const ours = await ourQueue(join(dir, `ours-${jobs}`), jobs - 1);
    note(OURS, jobs, { value: ours.at(-1) ?? Number.NaN, atLeast: false });
    note(POLL, jobs, await peerQueue('poll', join(dir, `poll-${jobs}`), peers));
    note(QUEUE, jobs, await peerQueue('queue', join(dir, `queue-${jobs}`), peers));
  }
  const lines = Object.entries(took).map(([name, each]): Line => {
    return { name, points: each.map(({ jobs, took: { value, atLeast } }) => ({ x: jobs, y: value / 1000, atLeast })) };
  });
  return {
    rows: queues.flatMap((jobs) => rowsOf(jobs, took)),
    notes: ['One job builds, the others wait; measured from the publish to the answer of the last of them.'],
    chart: {
      title: 'How long the last job waits after the artifact is there',
      subtitle:
        'One job builds, all others began to wait for it at the same time. Both axes are logarithmic; less is better.',
      x: 'Jobs that want the same artifact',
      y: 'Wait of the last one',
      lines,
      told: (seconds) =>
        seconds < 1 ? `${Number((seconds * 1000).toPrecision(2))} ms` : `${Number(seconds.toPrecision(2))} s`,
    },
  };
}

function rowsOf(
  jobs: number,
  took: Readonly<Record<string, readonly { readonly jobs: number; readonly took: Took }[]>>,
): Row[] {
  const of = (name: string) =>
    took[name]?.find((each) => each.jobs === jobs)?.took ?? { value: Number.NaN, atLeast: false };
  const ours = of(OURS).value;
  return [POLL, QUEUE].map((name) => ({
    what: `the last of ${jobs} jobs has its answer`,
    ours,
    unit: 'ms',
    peer: { name, ...of(name) },
  }));
}
