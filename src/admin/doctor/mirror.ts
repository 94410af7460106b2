import { mkdirSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { sleep, stopwatch } from '../../base/wait.ts';
import { NETWORK } from '../../lock/times.ts';
import { type Finding, note, ok, problem } from './finding.ts';

const LOOKS_APART_MS = 20;
/** Longest wait for what was made through the other mount. */
const SIGHT_LIMIT_MS = 10_000;
/** What waiters are promised. */
const GOAL_MS = 3000;
const ROUNDS = 5;

/** One folder, seen through two mounts. */
export interface Pair {
  readonly here: string;
  readonly there: string;
  /** For people: the two roots. */
  readonly names: readonly [string, string];
}

/** Whether two mounts show one disk; undefined where they do. */
export async function judgeSameDisk(
  { here, there, names: [a, b] }: Pair,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  // Its name is random, and nobody can have looked for it before.
  const seen = await until(() => statOf(there) !== undefined, signal);
  if (seen === undefined) {
    const what = `${a} and ${b} are not one disk: what is made in the one is not seen in the other within ${formatDuration(SIGHT_LIMIT_MS)}.`;
    return problem('mounts', what, 'Name two mounts of the same folder of the same server.');
  }
  const [mine, other] = [statSync(here), statSync(there)];
  if (mine.dev !== other.dev || mine.ino !== other.ino) return undefined;
  const what = `${a} and ${b} are one mount of this host, with one cache: that says nothing about two hosts.`;
  return note('mounts', what, 'On NFS, mount it a second time with the option nosharecache.');
}

/** How long what is published through one mount stays unseen by one who looks through the other, both ways. */
export async function judgeSight(pair: Pair, signal: AbortSignal): Promise<Finding> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS && !signal.aborted; round++) {
    const name = `publish-${round}`;
    const [from, to] = round % 2 === 0 ? [pair.here, pair.there] : [pair.there, pair.here];
    const ms = await publishSeen(from, to, name, signal);
    if (ms === undefined) return unseen();
    took.push(ms);
  }
  const longest = Math.max(...took);
  const what = `What is published through one mount is seen through the other after ${formatDuration(longest)} at most, ${took.length} times.`;
  if (longest <= GOAL_MS) return ok('publishing', what);
  return note('publishing', what, 'Mount both with acdirmax=3, if waiting jobs are to go on sooner.');
}

function unseen(): Finding {
  const what = `What is published through one mount is not seen through the other within ${formatDuration(SIGHT_LIMIT_MS)}, though the folder is listed each time.`;
  return problem('publishing', what, 'Mount both with shorter caches: actimeo=3, or lookupcache=positive.');
}

/** As a step publishes and another one waits: who waits has looked before, and lists the folder each time. */
async function publishSeen(from: string, to: string, name: string, signal: AbortSignal): Promise<number | undefined> {
  statOf(join(to, name, 'manifest.json'));
  mkdirSync(join(from, `${name}.new`));
  writeFileSync(join(from, `${name}.new`, 'manifest.json'), 'whole');
  renameSync(join(from, `${name}.new`), join(from, name));
  return until(() => readdirSync(to).includes(name) && statOf(join(to, name, 'manifest.json'))?.size === 5, signal);
}

/** Whether a heartbeat of the one is seen through the other before its holder would be taken for dead. */
export async function judgeBeat({ here, there }: Pair, signal: AbortSignal): Promise<Finding> {
  const [name, folder] = ['owner-beat', 'beats'];
  mkdirSync(join(here, folder));
  writeFileSync(join(here, folder, name), '');
  const look = () => {
    readdirSync(join(there, folder));
    return statOf(join(there, folder, name))?.mtimeMs;
  };
  const old = look();
  const next = new Date(Date.now() + 2000);
  utimesSync(join(here, folder, name), next, next);
  const seen = await until(() => look() !== old, signal);
  if (seen !== undefined)
    return ok('heartbeats', `A heartbeat through one mount is seen through the other after ${formatDuration(seen)}.`);
  const stale = NETWORK.staleMs / 1000;
  const what = `A heartbeat through one mount is not seen through the other within ${formatDuration(SIGHT_LIMIT_MS)}: attributes are cached. A lock falls after ${stale} s without one.`;
  return note('heartbeats', what, `That is safe while acregmax (60 by default) stays below ${stale - 20}.`);
}

/** Milliseconds until `look` is true; undefined: it took too long. */
async function until(look: () => boolean, signal: AbortSignal): Promise<number | undefined> {
  const since = stopwatch();
  while (!look()) {
    if (since() > SIGHT_LIMIT_MS || signal.aborted) return undefined;
    await sleep(LOOKS_APART_MS, signal);
  }
  // To say `0 s` would be too good to be true.
  return Math.max(since(), 1);
}

function statOf(path: string) {
  return unless(['ENOENT', 'ENOTDIR', 'ESTALE'], () => statSync(path));
}
