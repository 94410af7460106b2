import { statSync } from 'node:fs';
import { isRootTrouble, rootError } from '../../base/errors.ts';
import { judgeLock } from './contest.ts';
import { type Finding, problem } from './finding.ts';
import { judgeMirror } from './mirror.ts';
import { judgePlace } from './place.ts';
import { judgeLinks, judgeRenames } from './renames.ts';
import { CLOSED, judgeRights } from './rights.ts';
import { judgeHeartbeats, judgeWatch } from './signs.ts';
import { findSite, type Site } from './site.ts';
import { Workroom } from './workroom.ts';

export interface Examination {
  /** One root, or two mounts of one disk. */
  readonly roots: readonly string[];
  /** How long, in ms, processes contend for the lock. 0 skips that check. */
  readonly contestMs: number;
  /** Ends the examination. What it made is removed, and no more findings come. */
  readonly signal: AbortSignal;
  /** Gets each finding as it is made. */
  readonly onFinding: (root: string, finding: Finding) => void;
}

/** Runs all checks. Ends early if a finding keeps the checks after it from working. */
export async function examine(examination: Examination): Promise<void> {
  const { roots, signal, onFinding } = examination;
  const sites: Site[] = [];
  for (const given of roots) {
    const site = await findSite(given, signal);
    if (signal.aborted) return;
    if ('level' in site) return onFinding(given, site);
    const findings = [...judgePlace(site), ...judgeRights(site)];
    for (const finding of findings) onFinding(given, finding);
    if (findings.some(({ about }) => about === CLOSED)) return;
    sites.push(site);
  }
  const [first, second] = sites;
  if (first === undefined) return;
  await using room = new Workroom(first.root);
  try {
    room.open();
    await checkByUse(examination, room, first, second);
  } catch (error) {
    // The signal kills the processes of a check, which then fails.
    if (signal.aborted) return;
    if (!isRootTrouble(error)) throw error;
    const what = rootError(error, first.root).message;
    onFinding(first.given, problem('disk', what, 'Further checks were not made. Mend that, and run it again.'));
  }
}

/** The checks that write into the doctor's own folder. */
async function checkByUse(examination: Examination, room: Workroom, first: Site, second?: Site): Promise<void> {
  const { contestMs, signal, onFinding } = examination;
  const dir = room.in(first.root);
  const { ino } = statSync(dir);
  const report = (findings: readonly Finding[], { given }: Site = first) => {
    for (const finding of findings) onFinding(given, finding);
  };
  report([...judgeRenames(dir), ...judgeLinks(dir), judgeHeartbeats(first, dir), await judgeWatch(first, dir)]);
  if (second !== undefined) {
    const names = [first.given, second.given] as const;
    const findings = await judgeMirror({ here: dir, there: room.in(second.root), names, signal });
    if (signal.aborted) return;
    report(findings, second);
    if (findings.some(({ level, about }) => about === 'mounts' && level === 'problem')) return;
  }
  if (signal.aborted || contestMs === 0) return;
  const sites = second === undefined ? [first] : [first, second];
  const posts = sites.map(({ root, fileSystem }) => ({ root, id: room.id, network: fileSystem.network }));
  const findings = await judgeLock(posts, contestMs, signal);
  if (signal.aborted) return;
  // Processes that contend for a lock make its folders anew, and so would hide that the root went away.
  const again =
    statSync(dir).ino === ino ? [] : [problem('disk', WENT_AWAY, 'Find out who removes it or mounts over it.')];
  report([...findings, ...again]);
}

const WENT_AWAY = 'It was removed or replaced while it was looked at.';
