import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { explanationOf, OnceError, systemCode, unless } from '../../base/errors.ts';
import { isInside, lookAt, makeFolder } from '../../host/file-system.ts';

/** The build to deliver. */
export interface Handed {
  readonly path: string;
  readonly key: string;
  /** Token of the build; empty for a private one. */
  readonly token: string;
}

/**
 * Makes the folders above `target`. A symlink of the checkout must not lead them out of the workspace, where a link or a
 * copy could replace files. So the deepest folder that exists is resolved and must be inside; the folders below it are
 * new, and none of them is a link.
 *
 * @throws OnceError DELIVERY_FAILED
 */
export function makeParents(workspace: string, target: string, input: string): void {
  const parent = dirname(target);
  try {
    makeFolder(workspace);
    let existing = parent;
    while (lookAt(existing) === undefined) existing = dirname(existing);
    const real = unless(['ENOENT', 'ELOOP'], () => realpathSync(existing));
    if (real === undefined || !isInside(realpathSync(workspace), real)) throw outside(workspace, existing, real, input);
    makeFolder(parent);
  } catch (error) {
    throw error instanceof OnceError ? error : placeError(error, target, input);
  }
}

function outside(workspace: string, existing: string, real: string | undefined, input: string): OnceError {
  const where = real === undefined ? 'nowhere' : `to ${real}`;
  return new OnceError(
    'DELIVERY_FAILED',
    `${input}: ${existing} leads ${where}, which is outside of the workspace ${workspace}. Name a path whose folders are inside of it.`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there. Look at who owns the folder',
  EPERM: 'this user may not do that there. Look at who owns the folder',
  EBUSY: 'something is mounted there, or another program uses it. Name another path',
  ENAMETOOLONG: 'that name is too long with what build-once adds to it. Name a shorter path',
  ENOTEMPTY: 'somebody else writes there at this moment. Name a path that one step alone uses',
  EROFS: 'the file system is read-only. Name a path that can be written',
  ENOSPC: 'the disk is full. Free some space',
  EDQUOT: 'the disk quota is used up. Free some space',
  ENOTDIR: 'a part of that path is a file. Name another path',
  EEXIST: 'a part of that path is a file. Name another path',
};

function onWindows(code: string): boolean {
  return process.platform === 'win32' && ['EACCES', 'EPERM'].includes(code);
}

/** Turns a system error at `target` into a OnceError with the path and what to do. Returns other errors as they are. */
export function placeError(error: unknown, target: string, input: string): unknown {
  const code = systemCode(error) ?? '';
  // On Windows these two have other causes than owners.
  const reason = onWindows(code) ? explanationOf(error) : REASONS[code];
  if (reason === undefined) return error;
  const { path = target } = error as NodeJS.ErrnoException;
  return new OnceError('DELIVERY_FAILED', `${input}: ${target} cannot be made: ${code} at ${path}: ${reason}.`, {
    cause: error,
  });
}
