import { existsSync, readdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { OnceError, unless } from '../../base/errors.ts';
import { isToken } from '../../base/key.ts';
import { lookAt, makeFolder } from '../../host/file-system.ts';
import { rename } from '../../host/rename.ts';
import { buildDir, type EntryPaths } from '../layout.ts';
import { current } from '../look.ts';
import { isScratch, linkText, scratchName, type ToolPaths, type ToolPlace, toolPaths, touch } from './place.ts';
import { type ToolLinkState, toolLinkState } from './state.ts';
import { takenError } from './taken.ts';

/**
 * Refuses a place that belongs to somebody else, so that nothing is built only to fail when it is linked.
 * A folder that `adopt` may take over is not refused.
 *
 * @param key this step's, for the message: nothing may be published yet that says it
 * @throws OnceError LINK_TAKEN
 */
export function requireFreePlace(place: ToolPlace, entry: EntryPaths, key: string): void {
  const state = toolLinkState(place, undefined, entry.dir);
  if (state.kind === 'foreign' && state.what === 'folder' && place.adopt) return;
  refuseTaken(state, place, entry, key);
}

function refuseTaken(state: ToolLinkState, place: ToolPlace, entry: EntryPaths, key?: string): void {
  if (state.kind === 'foreign' || state.kind === 'other-key') throw takenError(state, place, entry, key);
}

/** Far more than changes that others can make while this runs; each of theirs is progress. */
const TURNS = 50;

/**
 * Makes `find()` of `@actions/tool-cache` find the published build: a link, then the marker. Does nothing when it does.
 *
 * Safe without a lock: every change is one call that succeeds or not, and afterwards all is looked at again, with the
 * build that the manifest names by then. So a step that holds an older build cannot leave the link on it for good:
 * whoever changed the link last has seen the newest manifest. Killed between link and marker, `find()` finds nothing.
 * Of two keys that meet at an empty place one wins and the other is told; where both replace a dangling link in the same
 * instant, the one that lost may hear of it only in its next step (both have their own whole build meanwhile).
 *
 * @param ownBuild used while no manifest names a build
 * @throws OnceError LINK_TAKEN; the system's error
 */
export function linkTool(place: ToolPlace, ownBuild: string, entry: EntryPaths): void {
  const at = toolPaths(place);
  makeFolder(at.folder);
  for (let turn = 0; turn < TURNS; turn++) {
    const build = publishedBuild(entry) ?? ownBuild;
    const state = toolLinkState(place, build, entry.dir);
    if (state.kind === 'right') return;
    refuseTaken(state, place, entry);
    if (state.kind === 'absent') makeLink(at, linkText(place, build));
    else if (state.kind !== 'unmarked') replaceLink(at, linkText(place, build));
    mark(at);
  }
  throw new OnceError(
    'LINK_TAKEN',
    `${at.link} keeps changing: something else links this tool too. Find out what does, or use another \`version\` or \`arch\`.`,
  );
}

function publishedBuild(entry: EntryPaths): string | undefined {
  const token = current(entry);
  if (token === undefined || !isToken(token)) return undefined;
  const build = buildDir(entry, token);
  return existsSync(build) ? build : undefined;
}

/** Fails where there is anything by now: then two that meet here do not take the place from each other unseen. */
function makeLink({ link }: ToolPaths, text: string): void {
  unless(['EEXIST'], () => symlinkSync(text, link, 'junction'));
}

function replaceLink(at: ToolPaths, text: string): void {
  const scratch = scratchName(at);
  symlinkSync(text, scratch, 'junction');
  try {
    tidy(at, scratch);
    if (process.platform === 'win32') unless(['ENOENT'], () => unlinkSync(at.link));
    // A real folder that somebody put there meanwhile stays, and the next look tells.
    unless(['EISDIR', 'ENOTEMPTY', 'EEXIST'], () => rename(scratch, at.link));
  } finally {
    unless(['ENOENT'], () => unlinkSync(scratch));
  }
}

/**
 * `cacheDir()` of another action may have replaced the link by its folder in between, and our marker would vouch for a
 * half copied one: then it is taken back.
 */
function mark({ link, marker }: ToolPaths): void {
  if (touch(marker) && lookAt(link)?.isSymbolicLink() === false) unless(['ENOENT'], () => unlinkSync(marker));
}

const ABANDONED_MS = 60_000;

/** Removes what killed ones left. Ages are differences between times of one file server, never of two clocks. */
function tidy({ folder }: ToolPaths, fresh: string): void {
  const now = lookAt(fresh)?.mtimeMs ?? 0;
  for (const name of readdirSync(folder).filter(isScratch)) {
    const path = join(folder, name);
    const then = lookAt(path)?.mtimeMs ?? now;
    if (now - then > ABANDONED_MS) unless(['ENOENT'], () => unlinkSync(path));
  }
}
