import { messageOf } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { type Deadline, deadlineIn, sleep, stopwatch, within } from '../../base/wait.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import { Contender } from './process.ts';
import type { Post, Report } from './protocol.ts';

const CONTENDERS = 4;
/** Longest wait, in ms, for a takeover. On one host it takes well under a second. */
const TAKEOVER_LIMIT_MS = 3000;
/** Longest wait, in ms, for a turn among the contenders. */
const TURN_LIMIT_MS = 30_000;
const WRONG_DISK =
  'Do not share builds there: jobs would build twice (a job never gets a part of a build). Take a local disk, or NFS 4.';

/** What a contest counted. */
class Tally {
  claims = 0;
  overlaps = 0;
  unlisted = 0;
  /** Milliseconds from the kill of each holder to the next claim. */
  readonly takeoverMs: number[] = [];
  /** No claim followed a kill. */
  stuck = false;
  readonly errors: string[] = [];
  #onClaim = () => {};

  count(report: Report): void {
    if (report.type !== 'claimed') return;
    this.claims += 1;
    if (!report.alone) this.overlaps += 1;
    if (!report.listed) this.unlisted += 1;
    this.#onClaim();
  }

  nextClaim(): Promise<void> {
    return new Promise((resolve) => {
      this.#onClaim = resolve;
    });
  }
}

/**
 * Lets several processes claim one lock over and over for `ms`, and judges what they saw. Meanwhile one more process
 * after the other takes the lock and is killed. With two posts, each is the place of half of the processes.
 */
export async function judgeLock(posts: readonly Post[], ms: number, signal: AbortSignal): Promise<Finding[]> {
  const tally = new Tally();
  let isOn = false;
  const onReport = (report: Report) => isOn && tally.count(report);
  const all = Array.from(
    { length: CONTENDERS },
    (_, index) => new Contender('contend', postOf(posts, index), signal, onReport),
  );
  try {
    if (await areReady(all)) {
      isOn = true;
      const limit = deadlineIn(ms);
      await killHolders(posts, tally, limit, signal);
      await sleep(limit.left(), signal);
    }
    tally.errors.push(...all.map(({ failure }) => failure).filter((failure) => failure !== undefined));
    return judge(tally, ms);
  } finally {
    await Promise.all(all.map((each) => each.kill()));
  }
}

/** @returns false if one of them has failed before, as where the disk has gone away */
async function areReady(all: readonly Contender[]): Promise<boolean> {
  try {
    await Promise.all(all.map((each) => each.hear('ready')));
    return true;
  } catch {
    return false;
  }
}

/** Kills one holder at least, and goes on until the limit. */
async function killHolders(posts: readonly Post[], tally: Tally, limit: Deadline, signal: AbortSignal): Promise<void> {
  try {
    for (let round = 0; round === 0 || (limit.left() > 0 && !tally.stuck && !signal.aborted); round++) {
      await killHolder(postOf(posts, round), tally, signal);
    }
  } catch (error) {
    tally.errors.push(messageOf(error));
  }
}

function postOf(posts: readonly Post[], index: number): Post {
  const post = posts[index % posts.length];
  if (post === undefined) throw new Error('a contest needs a place');
  return post;
}

/** Kills a process that holds the lock, and waits for the next claim. */
async function killHolder(post: Post, tally: Tally, signal: AbortSignal): Promise<void> {
  await using doomed = new Contender('hold', post, signal);
  if ((await within(doomed.hear('holding'), TURN_LIMIT_MS, signal)) === 'late') {
    throw new Error(`A process did not get the lock within ${formatDuration(TURN_LIMIT_MS)}.`);
  }
  const since = stopwatch();
  // Reports of claims before this hold have been read by the time that the process is seen to be gone.
  await doomed.kill();
  const took = await within(tally.nextClaim().then(since), TAKEOVER_LIMIT_MS, signal);
  if (took === 'late') tally.stuck = true;
  else tally.takeoverMs.push(took);
}

function judge({ claims, overlaps, unlisted, errors: [error], ...tally }: Tally, ms: number): Finding[] {
  const what = `${CONTENDERS} processes claimed it ${claims} times in ${formatDuration(ms)}`;
  const wrong: Finding[] = [];
  if (overlaps > 0) wrong.push(problem('lock', `${what}, and ${overlaps} times two had it at once.`, WRONG_DISK));
  // With two holders, a listing that lacks one of them proves nothing.
  if (unlisted > 0 && overlaps === 0) {
    const seen = `${what}, and ${unlisted} times a listing of the folder did not show the one that had it.`;
    wrong.push(
      problem('lock', seen, 'Listings come from a cache that is too old: mount it without, or take another disk.'),
    );
  }
  if (error !== undefined) wrong.push(problem('lock', error, 'The check ended early. Mend that, and run it again.'));
  if (wrong.length > 0) return wrong;
  const turns = claims < CONTENDERS ? note('lock', `${what}: that is slow.`) : ok('lock', `${what}, one at a time.`);
  return [turns, judgeTakeovers(tally)];
}

function judgeTakeovers({ takeoverMs, stuck }: Pick<Tally, 'takeoverMs' | 'stuck'>): Finding {
  if (stuck) {
    return problem(
      'takeover',
      `The lock of a killed process was not taken over within ${formatDuration(TAKEOVER_LIMIT_MS)}.`,
      'Look whether /proc is hidden from this user (mount option hidepid). If so, a dead job is noticed only after 30 s or more.',
    );
  }
  const most = formatDuration(Math.max(...takeoverMs));
  return ok('takeover', `Holders killed: ${takeoverMs.length}. Each lock was taken over within ${most}.`);
}
