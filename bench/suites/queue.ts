import { join } from 'node:path';
import type { Chart } from '../chart.ts';
import { median } from '../measure.ts';
import type { Findings, Row, Settings } from '../suite.ts';
import { ourQueue } from './our-queue.ts';
import { peerQueue, type Took } from './peer-queue.ts';

const NAMES = ['build-once', "proper-lockfile's retries", '1 s poll under the lock'] as const;
const [OURS, QUEUE, POLL] = NAMES;
/** Step of the file system's clock, in ms. Answers are timed by that clock, so a shorter time may be measured as 0. */
const TICK_MS = 4;

type Queues = Readonly<Record<(typeof NAMES)[number], Took>>;

/** Measures how long the last job waits after the publish, over the number of jobs, beside other queues. */
export async function queue(dir: string, settings: Settings): Promise<Findings> {
  const found = new Map<number, Queues>();
  for (const jobs of settings.queues) {
    const rounds: Queues[] = [];
    for (let round = 0; round < settings.queueRounds; round++) {
      // A peer that polls is lucky or not, depending on when in its pause the artifact comes. Each round shifts that moment.
      const holdMs = settings.holdMs + round * 370;
      rounds.push(await oneRound(join(dir, `${jobs}-${round}-`), jobs, { ...settings, holdMs }));
    }
    found.set(jobs, middleOf(rounds));
  }
  const how = `Medians of ${settings.queueRounds}; the clock ticks every ${TICK_MS} ms`;
  return {
    rows: [...found].flatMap(([jobs, took]) => rowsOf(jobs, took)),
    notes: [`One job builds, the others wait: from the publish to the answer of the last of them. ${how}.`],
    chart: chartOf(found),
  };
}

async function oneRound(prefix: string, jobs: number, settings: Settings): Promise<Queues> {
  const peers = { ...settings, waiters: jobs - 1, capMs: settings.queueCapMs, pollMs: 1000 };
  const ours = await ourQueue(`${prefix}ours`, jobs - 1);
  return {
    [OURS]: { value: ours.at(-1) ?? Number.NaN, atLeast: false },
    [POLL]: await peerQueue('poll', `${prefix}poll`, peers),
    [QUEUE]: await peerQueue('queue', `${prefix}queue`, peers),
  };
}

function middleOf(rounds: readonly Queues[]): Queues {
  const middle = (name: keyof Queues): Took => {
    const all = rounds.map((round) => round[name]);
    const value = Math.max(TICK_MS, median(all.map((one) => one.value)));
    return { value, atLeast: all.some((one) => one.atLeast) };
  };
  return { [OURS]: middle(OURS), [QUEUE]: middle(QUEUE), [POLL]: middle(POLL) };
}

function rowsOf(jobs: number, took: Queues): Row[] {
  const what = `the last of ${jobs} jobs has its answer`;
  return [POLL, QUEUE].map((name) => ({ what, ours: took[OURS].value, unit: 'ms', peer: { name, ...took[name] } }));
}

function chartOf(found: ReadonlyMap<number, Queues>): Chart {
  return {
    title: 'How long the last job waits after the artifact is there',
    subtitle:
      'One job builds, all others began to wait for it at the same time. Both axes are logarithmic; less is better.',
    x: 'Jobs that want the same artifact',
    y: 'Wait of the last one',
    told: (seconds) => (seconds < 1 ? `${twoDigits(seconds * 1000)} ms` : `${twoDigits(seconds)} s`),
    lines: NAMES.map((name) => ({
      name,
      points: [...found].map(([jobs, took]) => ({ ...took[name], x: jobs, y: took[name].value / 1000 })),
    })),
  };
}

function twoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
