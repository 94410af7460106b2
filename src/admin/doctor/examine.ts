import { isRootTrouble, rootError } from '../../base/errors.ts';
import type { Env } from '../../step/inputs/read.ts';
import { arrive } from './arrive.ts';
import { contest } from './exclusion.ts';
import { type Finding, problem } from './finding.ts';
import { judgeHeartbeats } from './heartbeats.ts';
import { judgeContest } from './lock.ts';
import { judgeBeat, judgeSameDisk, judgeSight, type Pair } from './mirror.ts';
import { judgePlace } from './place.ts';
import { judgeNames, judgeRenames } from './renames.ts';
import { CLOSED, judgeRights } from './rights.ts';
import { judgeSocket, judgeWatch } from './signs.ts';
import type { Site } from './site.ts';
import { Workroom } from './workroom.ts';

/** Nobody waits longer for what another host published. */
const SIGHT_LIMIT_MS = 10_000;

export interface Examination {
  /** One, or two mounts of one disk. */
  readonly roots: readonly string[];
  /** How long the contest for the lock takes; 0: there is none. */
  readonly contestMs: number;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Told of each finding as it is made. */
  readonly onFinding: (root: string, finding: Finding) => void;
}

/** Looks at all there is to be seen; stops early where nothing more can be seen. */
export async function examine(examination: Examination): Promise<void> {
  const sites: Site[] = [];
  for (const given of examination.roots) {
    const site = await arrive(given, examination.signal);
    if ('level' in site) return examination.onFinding(given, site);
    tell(examination, site, ...judgePlace(site, examination.env));
    const rights = judgeRights(site);
    tell(examination, site, ...rights);
    if (rights.some(({ about }) => about === CLOSED)) return;
    sites.push(site);
  }
  const [first, second] = sites;
  if (first === undefined || examination.signal.aborted) return;
  await using room = new Workroom(first.root);
  try {
    room.open();
    await work(examination, room, first, second);
  } catch (error) {
    // Told to end, it has ended the processes that it would hear from.
    if (examination.signal.aborted) return;
    if (!isRootTrouble(error)) throw error;
    const advice = 'Nothing more could be looked at: run it again when that is mended.';
    tell(examination, first, problem('disk', rootError(error, first.root).message, advice));
  }
}

function tell({ onFinding }: Examination, { given }: Site, ...findings: readonly Finding[]): void {
  for (const finding of findings) onFinding(given, finding);
}

async function work(examination: Examination, room: Workroom, first: Site, second: Site | undefined): Promise<void> {
  const { signal, contestMs } = examination;
  const dir = room.in(first.root);
  tell(examination, first, ...judgeRenames(dir), ...judgeNames(dir), ...judgeHeartbeats(first, dir));
  tell(examination, first, await judgeWatch(first, dir), await judgeSocket(first, dir));
  if (second !== undefined) {
    const names = [first.given, second.given] as const;
    const pair: Pair = { here: dir, there: room.in(second.root), names, limitMs: SIGHT_LIMIT_MS, signal };
    if (!(await mirror(examination, second, pair))) return;
  }
  if (signal.aborted || contestMs === 0) return;
  const sites = second === undefined ? [first] : [first, second];
  const result = await contest(
    sites.map((site) => postOf(site, room)),
    contestMs,
    signal,
  );
  if (!signal.aborted) tell(examination, first, ...judgeContest(result, contestMs));
}

function postOf({ root, fileSystem }: Site, { id }: Workroom) {
  return { root, id, network: fileSystem.network };
}

/** Returns whether there is a second mount to contend from. */
async function mirror(examination: Examination, second: Site, pair: Pair): Promise<boolean> {
  const found = await judgeSameDisk(pair);
  if (found !== undefined) tell(examination, second, found);
  if (found?.level === 'problem' || pair.signal.aborted) return false;
  tell(examination, second, await judgeSight(pair), await judgeBeat(pair));
  return true;
}
