import { readdirSync, readlinkSync, rmdirSync, unlinkSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { OnceError, systemCode, unless } from '../../base/errors.ts';
import type { Reporter } from '../../base/reporter.ts';
import { isInside, lookAt } from '../../host/file-system.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { rename } from '../../host/rename.ts';
import { copyTree } from '../../store/tree/copy.ts';
import { REPLACED } from '../../store/tree/place.ts';
import { Beside } from './beside.ts';
import { isStill, look } from './identity.ts';
import { type Handed, makeParents, placeError } from './workspace.ts';

/** How often another step may put its copy at the target right after it was cleared. */
const TRIES = 20;

/**
 * Copies the build to `target`, inside the workspace. The copy is made in a folder beside it and then renamed, so that a
 * killed step leaves no partial copy at `target`.
 *
 * An older copy is replaced, also one of the same build: an earlier job may have changed it. So is a link to a build.
 * Anything else but an empty folder belongs to the user and stays. What of an older copy cannot be deleted, such as files
 * that a container made as root, is a warning: the new copy is in its place.
 *
 * @throws OnceError DELIVERY_FAILED; the signal's reason when aborted
 */
export async function placeCopy(
  workspace: string,
  target: string,
  build: Handed,
  reporter: Pick<Reporter, 'warn'>,
  signal?: AbortSignal,
): Promise<void> {
  makeParents(workspace, target, 'copy-to');
  const beside = new Beside(target, 'copy-to');
  try {
    requireReplaceable(beside, build);
    beside.open();
    await copyBeside(beside, build, signal);
    await beside.clean(reporter, signal);
  } catch (error) {
    beside.close();
    throw error instanceof OnceError ? error : (unreadable(error, build) ?? placeError(error, target, 'copy-to'));
  }
}

async function copyBeside(beside: Beside, build: Handed, signal?: AbortSignal): Promise<void> {
  const fresh = beside.fresh();
  try {
    await beside.sweep(signal);
    await copyTree(build.path, fresh, signal);
    await beside.remember(fresh, build);
    moveToTarget(fresh, beside, build);
  } catch (error) {
    await removeTree(fresh).catch(() => {});
    await beside.sweep(signal).catch(() => {});
    throw error;
  }
}

function requireReplaceable(beside: Beside, build: Handed): void {
  const { target } = beside;
  const found = look(target);
  if (found === undefined || beside.isCopy()) return;
  if (found.isDirectory() && !unless(['ENOENT'], () => readdirSync(target).length > 0)) return;
  if (found.isSymbolicLink() && isLinkToBuild(unless(['ENOENT'], () => readlinkSync(target)) ?? build.path, build))
    return;
  // Another step may just have replaced a copy here, and removed its mark.
  if (!isStill(target, found)) {
    requireReplaceable(beside, build);
    return;
  }
  const what = found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'folder' : 'file';
  throw new OnceError(
    'DELIVERY_FAILED',
    `copy-to: ${target} is a ${what} that build-once did not make, and nothing was changed. Name another path, or let an earlier step remove it.`,
  );
}

/** Where the builds of a shared root are, and the private ones of a job. */
const BUILD = /[\\/]build-once[\\/](?:v1[\\/][^\\/]+[\\/])?[0-9a-f]{12}[\\/]?$/;

/** Whether a symlink with this content is one that `link` makes, for whichever build. */
function isLinkToBuild(content: string, { path }: Handed): boolean {
  return content === path || (isAbsolute(content) && BUILD.test(content));
}

/**
 * A rename fails onto a folder that is not empty, so files that appear at the target at the last moment are not lost.
 * Another step may move its copy there at that moment: that one is replaced.
 */
function moveToTarget(fresh: string, beside: Beside, build: Handed): void {
  for (let tries = 1; ; tries++) {
    clear(beside, build);
    try {
      rename(fresh, beside.target);
      return;
    } catch (error) {
      if (tries === TRIES || !['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    }
  }
}

/** Copying may have taken minutes, so what is at the target is looked at again. */
function clear(beside: Beside, build: Handed): void {
  const { target } = beside;
  requireReplaceable(beside, build);
  const found = lookAt(target);
  if (found?.isSymbolicLink() === true) unless(['ENOENT', 'EISDIR', 'EPERM'], () => unlinkSync(target));
  else if (beside.isCopy()) beside.moveAway();
  else unless(['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(target));
}

/** What the system says of a name that is no longer what it was. */
const CHANGES = [REPLACED, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR'];

/** A system error about the build, not about its copy. */
function unreadable(error: unknown, build: Handed): OnceError | undefined {
  const code = systemCode(error) ?? '';
  const { path } = error as NodeJS.ErrnoException;
  if (path === undefined || !isInside(build.path, path)) return undefined;
  const told = CHANGES.includes(code)
    ? `${path} was replaced or removed while the build was copied (${code}), so there is no copy. A build must not be changed; find out who writes to it, and run the job again`
    : `${path} cannot be copied: ${code}. A build must be readable for all its users; let the script set its modes, and give the build another \`key\``;
  return new OnceError('DELIVERY_FAILED', `copy-to: ${told}.`, { cause: error });
}
