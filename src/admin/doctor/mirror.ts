import { mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { sleep, stopwatch } from '../../base/wait.ts';
import { GONE, listFolder, reopen } from '../../host/file-system.ts';
import { NETWORK } from '../../lock/file/times.ts';
import { foldersAbove } from '../../store/layout.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** Milliseconds between two looks. */
const LOOK_PAUSE_MS = 20;
/** Within this time, in ms, a waiter is to see what another host published. */
const GOAL_MS = 3000;
/** The longest wait, in ms, for what was made through the other mount. */
const LIMIT_MS = 10_000;
const ROUNDS = 5;

/** One folder, seen through two mounts. */
export interface Pair {
  readonly here: string;
  readonly there: string;
  /** The two roots, for people. */
  readonly names: readonly [string, string];
  /** Default: 10 s. */
  readonly limitMs?: number;
  readonly signal: AbortSignal;
}

/** Judges what one mount shows of the other. */
export async function judgeMirror(pair: Pair): Promise<Finding[]> {
  const same = await judgeSameDisk(pair);
  if (same?.level === 'problem' || pair.signal.aborted) return same === undefined ? [] : [same];
  return [...(same === undefined ? [] : [same]), await judgePublishing(pair), await judgeHeartbeat(pair)];
}

/** Judges whether two mounts show one disk; undefined if they do, and do not share a cache. */
export async function judgeSameDisk(pair: Pair): Promise<Finding | undefined> {
  const { here, there, names } = pair;
  const both = names.join(' and ');
  // A client may remember that the folders above were missing. The random name below them is new to it.
  const look = () => {
    foldersAbove(there).forEach(reopen);
    return statOf(there) !== undefined;
  };
  if ((await timeUntil(look, pair)) === undefined) {
    const what = `${both} are not one disk: what is made in the one is not seen in the other within ${limitOf(pair)}.`;
    return problem('mounts', what, 'Name two mounts of the same folder of the same server.');
  }
  const [mine, other] = [statSync(here), statSync(there)];
  if (mine.dev !== other.dev || mine.ino !== other.ino) return undefined;
  const what = `${both} are one mount of this host, with one cache: that says nothing about two hosts.`;
  return note('mounts', what, 'On NFS, mount it a second time with the option nosharecache.');
}

/** Judges how long a publish through one mount stays unseen through the other, both ways. */
export async function judgePublishing(pair: Pair): Promise<Finding> {
  let longest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [from, to] = round % 2 === 0 ? [pair.here, pair.there] : [pair.there, pair.here];
    const seen = await publish(from, to, `publish-${round}`, pair);
    if (seen === undefined) {
      const what = `What is published through one mount is not seen through the other within ${limitOf(pair)}, though the folder is listed each time.`;
      return problem('publishing', what, 'Mount both with shorter caches: actimeo=3, or lookupcache=positive.');
    }
    longest = Math.max(longest, seen);
  }
  const what = `What is published through one mount is seen through the other after ${formatDuration(longest)} at most, ${ROUNDS} times.`;
  if (longest <= GOAL_MS) return ok('publishing', what);
  return note('publishing', what, 'Mount both with acdirmax=3, if waiting jobs are to go on sooner.');
}

/** Publishes as a step does, and times a waiter: one that has looked before, and lists the folder each time. */
async function publish(from: string, to: string, name: string, pair: Pair): Promise<number | undefined> {
  const manifest = join(to, name, 'manifest.json');
  statOf(manifest);
  mkdirSync(join(from, `${name}.new`));
  writeFileSync(join(from, `${name}.new`, 'manifest.json'), 'whole');
  renameSync(join(from, `${name}.new`), join(from, name));
  return timeUntil(() => listFolder(to, GONE).includes(name) && statOf(manifest)?.size === 'whole'.length, pair);
}

/** Judges whether a heartbeat through one mount is seen through the other. */
export async function judgeHeartbeat(pair: Pair): Promise<Finding> {
  const [mine, other] = [join(pair.here, 'beats'), join(pair.there, 'beats')];
  mkdirSync(mine);
  writeFileSync(join(mine, 'owner'), '');
  const look = () => (listFolder(other, GONE).includes('owner') ? statOf(join(other, 'owner'))?.mtimeMs : undefined);
  await timeUntil(() => look() !== undefined, pair);
  const old = look();
  const next = new Date(Date.now() + 2000);
  utimesSync(join(mine, 'owner'), next, next);
  const seen = await timeUntil(() => look() !== old, pair);
  if (seen !== undefined) {
    return ok('heartbeats', `A heartbeat through one mount is seen through the other after ${formatDuration(seen)}.`);
  }
  const stale = NETWORK.staleMs / 1000;
  const what = `A heartbeat through one mount is not seen through the other within ${limitOf(pair)}: attributes are cached. A lock falls after ${stale} s without one.`;
  return note('heartbeats', what, `That is safe while acregmax (60 by default) stays below ${stale - 20}.`);
}

function limitOf({ limitMs = LIMIT_MS }: Pair): string {
  return formatDuration(limitMs);
}

/** Milliseconds until `look` is true, at least 1; undefined if it takes too long. */
async function timeUntil(look: () => boolean, { limitMs = LIMIT_MS, signal }: Pair): Promise<number | undefined> {
  const since = stopwatch();
  while (!look()) {
    if (since() > limitMs || signal.aborted) return undefined;
    await sleep(LOOK_PAUSE_MS, signal);
  }
  return Math.max(since(), 1);
}

function statOf(path: string) {
  return unless(GONE, () => statSync(path));
}
