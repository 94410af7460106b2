import { mkdirSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
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
 * A folder of a lower layer of an overlay, as of a tool that the image of a container brings along, cannot be moved. It is
 * copied, and removed once its marker is, so that `find()` finds nothing meanwhile. Killed then, there is a folder without
 * a marker, which the next step names.
 *
 * @throws OnceError LINK_TAKEN when the folder cannot be moved or copied there, or is gone; the signal's reason when aborted
 */
export async function adoptTool(
  place: ToolPlace,
  buildDir: string,
  entry: EntryPaths,
  signal?: AbortSignal,
): Promise<void> {
  const at = toolPaths(place);
  const scratch = scratchName(at);
  symlinkSync(linkText(place, buildDir), scratch, 'junction');
  try {
    await moveOrCopy(at, buildDir, signal);
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

async function moveOrCopy(at: ToolPaths, buildDir: string, signal?: AbortSignal): Promise<void> {
  try {
    move(at.link, buildDir);
  } catch (error) {
    const isOverlaid = systemCode(error) === 'EXDEV' && lookAt(at.link)?.dev === lookAt(dirname(buildDir))?.dev;
    if (!isOverlaid) throw error;
    await moveByCopy(at, buildDir, signal);
  }
}

async function moveByCopy({ link, marker }: ToolPaths, buildDir: string, signal?: AbortSignal): Promise<void> {
  const [{ copyTree }, { removeTree }] = await Promise.all([
    import('../tree/copy.ts'),
    import('../../host/remove-tree.ts'),
  ]);
  rmdirSync(buildDir);
  try {
    await copyTree(link, buildDir, signal);
  } catch (error) {
    await removeTree(buildDir).catch(() => {});
    unless(['EEXIST'], () => mkdirSync(buildDir));
    throw error;
  }
  unlinkSync(marker);
  await removeTree(link);
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
  ENOSPC: 'it has to be copied, and the disk is full. Free some space',
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
