import { mkdirSync, readdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { sleep, stopwatch } from '../../base/wait.ts';
import { reopen } from '../../host/file-system.ts';
import { NETWORK } from '../../lock/file/times.ts';
import { foldersAbove } from '../../store/layout.ts';
import { type Finding, note, ok, problem } from './finding.ts';

const GONE = ['ENOENT', 'ENOTDIR', 'ESTALE'];
const LOOKS_APART_MS = 20;
/** What those who wait are promised. */
const GOAL_MS = 3000;
const ROUNDS = 5;

/** One folder, seen through two mounts. */
export interface Pair {
  readonly here: string;
  readonly there: string;
  /** For people: the two roots. */
  readonly names: readonly [string, string];
  /** Longest wait, in ms, for what was made through the other mount. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Whether two mounts show one disk; undefined where they do, and do not share a cache. */
export async function judgeSameDisk(pair: Pair): Promise<Finding | undefined> {
  const { here, there, names } = pair;
  const both = names.join(' and ');
  // Its name is random, so nobody can have looked for it before; for those above it somebody can.
  const look = () => {
    foldersAbove(there).forEach(reopen);
    return statOf(there) !== undefined;
  };
  if ((await until(look, pair)) === undefined) {
    const what = `${both} are not one disk: what is made in the one is not seen in the other within ${limitOf(pair)}.`;
    return problem('mounts', what, 'Name two mounts of the same folder of the same server.');
  }
  const [mine, other] = [statSync(here), statSync(there)];
  if (mine.dev !== other.dev || mine.ino !== other.ino) return undefined;
  const what = `${both} are one mount of this host, with one cache: that says nothing about two hosts.`;
  return note('mounts', what, 'On NFS, mount it a second time with the option nosharecache.');
}

/** How long what is published through one mount stays unseen by one who looks through the other, both ways. */
export async function judgeSight(pair: Pair): Promise<Finding> {
  let longest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [from, to] = round % 2 === 0 ? [pair.here, pair.there] : [pair.there, pair.here];
    const seen = await publishSeen(from, to, `publish-${round}`, pair);
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

/** As a step publishes and another one waits: who waits has looked before, and lists the folder each time. */
async function publishSeen(from: string, to: string, name: string, pair: Pair): Promise<number | undefined> {
  const manifest = join(to, name, 'manifest.json');
  statOf(manifest);
  mkdirSync(join(from, `${name}.new`));
  writeFileSync(join(from, `${name}.new`, 'manifest.json'), 'whole');
  renameSync(join(from, `${name}.new`), join(from, name));
  return until(() => list(to).includes(name) && statOf(manifest)?.size === 'whole'.length, pair);
}

/** Whether a heartbeat of the one is seen through the other before its holder would be taken for dead. */
export async function judgeBeat(pair: Pair): Promise<Finding> {
  const [mine, other] = [join(pair.here, 'beats'), join(pair.there, 'beats')];
  mkdirSync(mine);
  writeFileSync(join(mine, 'owner'), '');
  const look = () => (list(other).includes('owner') ? statOf(join(other, 'owner'))?.mtimeMs : undefined);
  await until(() => look() !== undefined, pair);
  const old = look();
  const next = new Date(Date.now() + 2000);
  utimesSync(join(mine, 'owner'), next, next);
  const seen = await until(() => look() !== old, pair);
  if (seen !== undefined) {
    return ok('heartbeats', `A heartbeat through one mount is seen through the other after ${formatDuration(seen)}.`);
  }
  const stale = NETWORK.staleMs / 1000;
  const what = `A heartbeat through one mount is not seen through the other within ${limitOf(pair)}: attributes are cached. A lock falls after ${stale} s without one.`;
  return note('heartbeats', what, `That is safe while acregmax (60 by default) stays below ${stale - 20}.`);
}

function limitOf({ limitMs }: Pair): string {
  return formatDuration(limitMs);
}

/** Milliseconds until `look` is true; undefined: it took too long. */
async function until(look: () => boolean, { limitMs, signal }: Pair): Promise<number | undefined> {
  const since = stopwatch();
  while (!look()) {
    if (since() > limitMs || signal.aborted) return undefined;
    await sleep(LOOKS_APART_MS, signal);
  }
  // To say `0 s` would be too good to be true.
  return Math.max(since(), 1);
}

function statOf(path: string) {
  return unless(GONE, () => statSync(path));
}

function list(dir: string): string[] {
  return unless(GONE, () => readdirSync(dir)) ?? [];
}
