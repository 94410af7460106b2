import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../measure.ts';
import type { Findings, Row, Settings } from '../suite.ts';
import { Contestant, type Kind, kindsHere } from './contestant.ts';

const NAMES: Readonly<Record<Kind, string>> = { ours: 'ours', stock: 'proper-lockfile', flock: 'flock(1)' };
/** Milliseconds until all contestants that said `waiting` really wait. flock says so before it waits. */
const SETTLE_MS = 100;

/** The figure of one lock, and whether it was cut short. */
interface Took {
  readonly value: number;
  readonly atLeast?: boolean;
}

/** Measures our lock beside the library that it is built on, and beside the lock of the kernel. */
export async function lock(dir: string, settings: Settings): Promise<Findings> {
  const kinds = kindsHere();
  const pairs = await inTurn(kinds, dir, (kind, own) => claimAndRelease(kind, own, settings));
  const takeovers = await inTurn(kinds, dir, (kind, own) => takeover(kind, own, settings));
  const rows = [...rowsOf('claim and release, alone', pairs, 1), ...rowsOf('takeover after SIGKILL', takeovers, 300)];
  const worst: string[] = [];
  for (const count of new Set([1, 10, 30].map((each) => Math.min(each, settings.waiters)))) {
    const wakes = await inTurn(kinds, dir, (kind, own) => wake(kind, own, count, settings.wakes));
    rows.push(...wakeRows(count, wakes));
    worst.push(`${wakes.get('ours')?.worst.toFixed(1)} ms of ${count}`);
  }
  return {
    rows,
    notes: [
      `The slowest of all our wakes in ${settings.wakes} rounds: ${worst.join(', ')}.`,
      'Of ours all waiters wake at once, for they wait for the artifact; of the others each wakes when the one before let go.',
      'proper-lockfile: who waits asks every 100 ms, for its own retries are seconds apart; a dead holder falls after 10 s.',
    ],
  };
}

/** The goals are for many waiters. With a single waiter, the last one is also the median. */
function wakeRows(count: number, wakes: ReadonlyMap<Kind, Wakes>): Row[] {
  const [middle, last] = (['middle', 'last'] as const).map((name) => {
    return new Map([...wakes].map(([kind, each]) => [kind, { value: each[name] }]));
  }) as [Map<Kind, Took>, Map<Kind, Took>];
  if (count === 1) return rowsOf('release to wake of one waiter', middle, 5);
  const of = `release to wake of ${count} waiters`;
  return [...rowsOf(`${of}: the middle one`, middle, 5), ...rowsOf(`${of}: the last one`, last, 50)];
}

/** Measures one lock after the other, so that they do not disturb each other, each in an empty folder. */
async function inTurn<T>(
  kinds: readonly Kind[],
  dir: string,
  what: (kind: Kind, dir: string) => Promise<T>,
): Promise<Map<Kind, T>> {
  const took = new Map<Kind, T>();
  for (const kind of kinds) took.set(kind, await what(kind, mkdtempSync(join(dir, `${kind}-`))));
  return took;
}

/** One row for each peer. The first row has the goal. */
function rowsOf(what: string, took: ReadonlyMap<Kind, Took>, atMost: number | undefined): Row[] {
  const ours = took.get('ours')?.value ?? Number.NaN;
  const peers = [...took].filter(([kind]) => kind !== 'ours');
  return peers.map(([kind, peer], index) => {
    const goal = index > 0 || atMost === undefined ? undefined : ({ of: 'ours', atMost } as const);
    return { what, ours, unit: 'ms', peer: { name: NAMES[kind], ...peer }, goal };
  });
}

/** The first pairs fill the caches and are not counted. */
async function claimAndRelease(kind: Kind, dir: string, { runs }: Settings): Promise<Took> {
  const one = await Contestant.start(kind, dir);
  const warmUp = runs;
  one.tell(`pairs ${warmUp + 5 * runs}`);
  const took = await one.hear('pairs');
  await one.kill();
  return { value: median(took.slice(warmUp)) };
}

async function takeover(kind: Kind, dir: string, { takeovers, capMs }: Settings): Promise<Took> {
  const took: number[] = [];
  // A peer that waits for a heartbeat to age takes so long that one round is enough.
  for (let round = 0; round < (kind === 'stock' ? 1 : takeovers); round++) {
    const [holder, next] = await Promise.all([Contestant.start(kind, dir), Contestant.start(kind, dir)]);
    await holder.ask('hold', 'held');
    await next.ask('take', 'waiting');
    await sleep(SETTLE_MS);
    const killed = performance.timeOrigin + performance.now();
    await holder.kill();
    const woke = await Promise.race([next.hear('woke'), sleep(capMs)]);
    await next.kill();
    if (woke === undefined) return { value: capMs, atLeast: true };
    took.push((woke[0] ?? Number.NaN) - killed);
  }
  return { value: median(took) };
}

/** Milliseconds from a release to the wakes of the waiters. */
interface Wakes {
  /** The median of all waiters in all rounds. */
  readonly middle: number;
  /** The median of the last waiters of all rounds. */
  readonly last: number;
  /** The slowest waiter of all rounds. */
  readonly worst: number;
}

async function wake(kind: Kind, dir: string, count: number, rounds: number): Promise<Wakes> {
  const [holder, waiters] = await Promise.all([Contestant.start(kind, dir), Contestant.startAll(count, kind, dir)]);
  const took: number[][] = [];
  for (let round = 0; round <= rounds; round++) {
    await holder.ask('hold', 'held');
    await Promise.all(waiters.map((each) => each.ask('wait', 'waiting')));
    await sleep(SETTLE_MS);
    const released = await holder.ask('release', 'released');
    const woke = await Promise.all(waiters.map((each) => each.hear('woke')));
    // The first round fills the caches and is not counted.
    if (round > 0) took.push(woke.map(([at]) => (at ?? Number.NaN) - released));
  }
  await Promise.all([holder, ...waiters].map((each) => each.kill()));
  const lasts = took.map((each) => Math.max(...each));
  return { middle: median(took.flat()), last: median(lasts), worst: Math.max(...lasts) };
}
