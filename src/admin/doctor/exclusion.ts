import { messageOf } from '../../base/errors.ts';
import { deadlineIn, sleep, stopwatch } from '../../base/wait.ts';
import { atMost } from './at-most.ts';
import { Contender } from './process.ts';
import type { Post, Score } from './protocol.ts';

/** What came of a contest for one lock. */
export interface Contest extends Score {
  readonly processes: number;
  /** Milliseconds from the end of each killed holder to the takeover of its lock. */
  readonly takeoverMs: readonly number[];
  /** A killed holder's lock was taken over by nobody. */
  readonly stuck: boolean;
}

const CONTENDERS = 4;

/** Rung whenever a contender takes over a dead holder's lock. */
class Bell {
  ring = () => {};
  /** Resolves at the next ring. */
  get rings(): Promise<void> {
    return new Promise((resolve) => {
      this.ring = resolve;
    });
  }
}

/** By then a killed holder of this host has been noticed, or nobody notices it. */
const TAKEOVER_LIMIT_MS = 3000;
/** By then everybody has had a turn, on the slowest of disks. */
const TURN_LIMIT_MS = 30_000;

/**
 * Several processes claim one lock over and over, and each shows that it is alone while it has it. Meanwhile one after
 * the other takes it and is killed. With two posts, each is the place of half of the processes.
 */
export async function contest(posts: readonly Post[], ms: number, signal: AbortSignal): Promise<Contest> {
  const bell = new Bell();
  const contenders = Array.from(
    { length: CONTENDERS },
    (_, index) => new Contender(postOf(posts, index), () => bell.ring()),
  );
  const stop = () => void Promise.all(contenders.map((each) => each.kill()));
  signal.addEventListener('abort', stop);
  try {
    await Promise.all(contenders.map((each) => each.hear('ready')));
    for (const each of contenders) each.order({ do: 'contend' });
    const limit = deadlineIn(ms);
    const takeovers = await killHolders(posts, bell, () => limit.left() <= 0, signal);
    await sleep(Math.max(limit.left(), 0), signal);
    for (const each of contenders) each.order({ do: 'stop' });
    const scores = await Promise.all(contenders.map(scoreOf));
    const sum = sumOf(scores);
    return { processes: CONTENDERS, ...sum, ...takeovers, error: sum.error ?? takeovers.error };
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(contenders.map((each) => each.kill()));
  }
}

function postOf(posts: readonly Post[], index: number): Post {
  const post = posts[index % posts.length];
  if (post === undefined) throw new Error('a contest needs a place');
  return post;
}

/** Once at least, then until it is time. */
async function killHolders(
  posts: readonly Post[],
  bell: Bell,
  isOver: () => boolean,
  signal: AbortSignal,
): Promise<Pick<Contest, 'takeoverMs' | 'stuck' | 'error'>> {
  const takeoverMs: number[] = [];
  try {
    do {
      const took = await killHolder(postOf(posts, takeoverMs.length), bell, signal);
      if (took === undefined) return { takeoverMs, stuck: true, error: undefined };
      takeoverMs.push(took);
    } while (!isOver() && !signal.aborted);
    return { takeoverMs, stuck: false, error: undefined };
  } catch (error) {
    return { takeoverMs, stuck: false, error: messageOf(error) };
  }
}

/** Returns the milliseconds until somebody took over; undefined: nobody did. */
async function killHolder(post: Post, bell: Bell, signal: AbortSignal): Promise<number | undefined> {
  const doomed = new Contender(post);
  const stop = () => void doomed.kill();
  signal.addEventListener('abort', stop);
  try {
    await doomed.hear('ready');
    doomed.order({ do: 'hold' });
    const holding = await atMost(TURN_LIMIT_MS, doomed.hear('holding'), signal);
    if (holding === undefined) throw new Error(`A process did not get the lock within ${TURN_LIMIT_MS / 1000} s.`);
    const since = stopwatch();
    const took = bell.rings.then(since);
    await doomed.kill();
    return await atMost(TAKEOVER_LIMIT_MS, took, signal);
  } finally {
    signal.removeEventListener('abort', stop);
    await doomed.kill();
  }
}

async function scoreOf(contender: Contender): Promise<Score> {
  try {
    return (await contender.hear('done')).score;
  } catch (error) {
    return { claims: 0, overlaps: 0, unlisted: 0, error: messageOf(error) };
  }
}

function sumOf(scores: readonly Score[]): Score {
  const total = (name: 'claims' | 'overlaps' | 'unlisted') => scores.reduce((sum, score) => sum + score[name], 0);
  const error = scores.find((score) => score.error !== undefined)?.error;
  return { claims: total('claims'), overlaps: total('overlaps'), unlisted: total('unlisted'), error };
}
