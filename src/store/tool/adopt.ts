import { rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { OnceError, systemCode, unless } from '../../base/errors.ts';
import { lookAt } from '../../host/file-system.ts';
import { rename } from '../../host/rename.ts';
import type { EntryPaths } from '../layout.ts';
import { linkText, scratchName, type ToolPaths, type ToolPlace, toolPaths, touch } from './place.ts';
import { toolLinkState } from './state.ts';
import { takenError } from './taken.ts';

const SETTLED_MS = 60_000;

/**
 * Whether another action's folder is at the tool's place and may be taken over: marked as whole for a minute, so that
 * nobody is still writing it. `unmarked`: unfinished, or being made right now.
 */
export function adoptable(place: ToolPlace): 'yes' | 'no folder' | 'unmarked' | 'too fresh' {
  const at = toolPaths(place);
  if (lookAt(at.link)?.isDirectory() !== true) return 'no folder';
  const marked = lookAt(at.marker)?.mtimeMs;
  if (marked === undefined) return 'unmarked';
  return timeIn(at) - marked >= SETTLED_MS ? 'yes' : 'too fresh';
}

/**
 * Whether there is a folder to adopt; refuses one that may still be written, for what is built instead could not be
 * linked there either.
 * @throws OnceError LINK_TAKEN
 */
export function requireSettled(place: ToolPlace): boolean {
  const state = adoptable(place);
  if (state === 'yes' || state === 'no folder') return state === 'yes';
  const { link, marker } = toolPaths(place);
  const why = state === 'unmarked' ? `it has no marker ${marker}` : 'its marker is not a minute old';
  throw new OnceError(
    'LINK_TAKEN',
    `adopt: ${link} may still be written by another action: ${why}. Run the job again in a minute; if it stays so, delete that folder.`,
  );
}

/** The time of the file server, which also stamped the marker: our own clock may differ from it by more than a minute. */
function timeIn(at: ToolPaths): number {
  const probe = scratchName(at);
  touch(probe);
  const now = lookAt(probe)?.mtimeMs ?? 0;
  unless(['ENOENT'], () => unlinkSync(probe));
  return now;
}

/**
 * Moves an {@link adoptable} folder to `buildDir`, which is missing or empty, and leaves a link in its place.
 * The caller holds the entry's lock, publishes next, and calls `linkTool` after that as for any build.
 *
 * Between the two renames `find()` finds nothing, for as long as the second one takes: the link waits under a private
 * name, and the marker stays. Killed
 * - before the first: all is as it was; the private link is tidied by a later `linkTool`;
 * - between the two: the place is empty, and the moved folder is an unpublished build of a dead attempt. The next step
 *   of this key builds, links and sweeps; `find()` says "not there" until then, which is true;
 * - after the second: `find()` finds the whole folder through the link until that build is swept, and then, the link
 *   dangling, nothing, until the next build is linked.
 * So `find()` never finds a part of it, and no state keeps a later step from making all right.
 *
 * @throws OnceError LINK_TAKEN when the folder cannot be moved there, or is gone
 */
export function adoptTool(place: ToolPlace, buildDir: string, entry: EntryPaths): void {
  const at = toolPaths(place);
  const scratch = scratchName(at);
  symlinkSync(linkText(place, buildDir), scratch, 'junction');
  try {
    move(at.link, buildDir);
    rename(scratch, at.link);
  } catch (error) {
    unless(['ENOENT'], () => unlinkSync(scratch));
    throw explained(error, place, buildDir, entry);
  }
}

/** Puts an adopted folder back where it was, in the place of the link, when it could not be published. */
export function giveBackTool(place: ToolPlace, buildDir: string): void {
  const { link } = toolPaths(place);
  // Whoever took the lock from us may have put something else there by now: that stays.
  if (!['right', 'unmarked', 'absent'].includes(toolLinkState(place, buildDir, dirname(buildDir)).kind)) return;
  unless(['ENOENT'], () => unlinkSync(link));
  unless(['ENOENT'], () => rename(buildDir, link));
}

/** Windows refuses to rename onto an empty folder, which POSIX replaces. */
function move(from: string, to: string): void {
  if (process.platform === 'win32') unless(['ENOENT'], () => rmdirSync(to));
  rename(from, to);
}

const REFUSED =
  process.platform === 'win32'
    ? 'this user may not move it, or a program has a file in it open. Close that, or give the runner user full control of it'
    : 'this user may not move it. Give it to the runner user (chown -R)';

const REASONS: Readonly<Record<string, string>> = {
  EXDEV:
    'it is on another file system than the shared cache, and a folder moves only within one. Set `root` to the tool cache',
  EACCES: REFUSED,
  EPERM: REFUSED,
  EBUSY: 'it is in use, or mounted. Run the job again when nothing uses it',
  ENOENT: 'it went away meanwhile. Run the job again',
};

function explained(error: unknown, place: ToolPlace, buildDir: string, entry: EntryPaths): unknown {
  const { link } = toolPaths(place);
  const code = systemCode(error) ?? '';
  // Another action made a new folder between the two renames.
  if (code === 'EISDIR') return takenError({ kind: 'foreign', what: 'folder' }, place, entry);
  const reason = REASONS[code];
  if (reason === undefined) return error;
  const advice = `${reason}; or leave \`adopt\` out, and delete the folder so that this step can build it.`;
  return new OnceError('LINK_TAKEN', `adopt: ${link} cannot become the build ${buildDir}: ${advice}`, { cause: error });
}
