import { join } from 'node:path';
import type { Line } from '../chart.ts';
import { median } from '../measure.ts';
import type { Findings, Row, Settings } from '../suite.ts';
import { ourQueue } from './our-queue.ts';
import { peerQueue, type Took } from './peer-queue.ts';

const OURS = 'build-once';
const QUEUE = "proper-lockfile's retries";
const POLL = '1 s poll under the lock';

/** How long the last of some jobs waits once the artifact is there, over the number of jobs; beside other queues. */
export async function queue(dir: string, settings: Settings): Promise<Findings> {
  const { queues, queueRounds, queueCapMs, holdMs } = settings;
  const took: Record<string, { readonly jobs: number; readonly took: Took }[]> = {
    [OURS]: [],
    [QUEUE]: [],
    [POLL]: [],
  };
  for (const jobs of queues) {
    const rounds: Record<string, Took>[] = [];
    for (let round = 0; round < queueRounds; round++) {
      // When in its pause the artifact comes is a matter of luck for who asks from time to time.
      const peers = { ...settings, holdMs: holdMs + round * 370, waiters: jobs - 1, capMs: queueCapMs, pollMs: 1000 };
      const at = (name: string) => join(dir, `${name}-${jobs}-${round}`);
      const ours = await ourQueue(at('ours'), jobs - 1);
      rounds.push({
        [OURS]: { value: ours.at(-1) ?? Number.NaN, atLeast: false },
        [POLL]: await peerQueue('poll', at('poll'), peers),
        [QUEUE]: await peerQueue('queue', at('queue'), peers),
      });
    }
    for (const [name, each] of Object.entries(took)) {
      const all = rounds.flatMap((round) => round[name] ?? []);
      each.push({
        jobs,
        took: { value: median(all.map(({ value }) => value)), atLeast: all.some((one) => one.atLeast) },
      });
    }
  }
  const lines = Object.entries(took).map(([name, each]): Line => {
    return { name, points: each.map(({ jobs, took: { value, atLeast } }) => ({ x: jobs, y: value / 1000, atLeast })) };
  });
  return {
    rows: queues.flatMap((jobs) => rowsOf(jobs, took)),
    notes: [
      `One job builds, the others wait; measured from the publish to the answer of the last of them. Medians of ${queueRounds}.`,
    ],
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
