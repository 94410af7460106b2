import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../base/errors.ts';
import { isToken } from '../base/key.ts';
import { listFolder, lookAt } from '../host/file-system.ts';
import { inFolder, makeRealFolders } from '../host/folder.ts';
import { rename } from '../host/rename.ts';
import { buildDir, carriedDir, type EntryPaths, rightDir } from './layout.ts';
import { revoke } from './publish/right.ts';

/**
 * Builds that contain their own path, and are carried to other roots or come from one (ADR 34). Such a build has the name of
 * its origin in every root: the token of the attempt that built it.
 *
 * A name is used once in a root, and never again. A pruner or a sweeper that stood still would otherwise remove a restored
 * build in the place of the one that it had looked at. So what is written here stays when the build goes.
 */

/**
 * Notes that a build may be in other roots. Called before it can be there.
 * @param restorer the attempt that restores it here; undefined: it was built here
 * @returns false if that name was used before
 * @throws OnceError ROOT_UNUSABLE if a link is in the place of a folder; the system's error
 */
export function noteCarried(paths: EntryPaths, token: string, restorer?: string): boolean {
  const folder = carriedDir(paths);
  makeRealFolders(paths.root, folder);
  const note = (carried: string) => {
    if (!once(() => mkdirSync(join(carried, token)))) return false;
    // Nobody else makes that one: it is there already only if NFS makes a call again whose answer was lost.
    if (restorer !== undefined) once(() => mkdirSync(join(carried, token, restorer)));
    return true;
  };
  return inFolder(folder, note) ?? false;
}

/**
 * The attempts that may still be at work on a build: the one of its name, and those that restore it. A sweep asks whether
 * they live. A right that an NFS server makes once more, after a sweep took it away from one who lives, would otherwise
 * publish a build that was swept.
 */
export function attemptsAt(paths: EntryPaths, token: string): readonly string[] {
  return [token, ...listFolder(join(carriedDir(paths), token)).filter(isToken)];
}

/** The names of the builds that were carried from this root, or to it. */
export function carriedNames(paths: EntryPaths): readonly string[] {
  return listFolder(carriedDir(paths)).filter(isToken);
}

/**
 * Gives what an attempt has restored the name of its origin, and that name a right to publish. The attempt's own right stays,
 * and is swept with it.
 * @returns false where that name was used before: the build is where it was
 * @throws ENOENT if the attempt was robbed meanwhile; as {@link noteCarried}
 */
export function renameToOrigin(paths: EntryPaths, own: string, origin: string): boolean {
  if (!noteCarried(paths, origin, own) || !once(() => mkdirSync(rightDir(paths, origin)))) return false;
  const place = buildDir(paths, origin);
  let isRenamed = false;
  try {
    // What is in the way was made here, and was never carried.
    isRenamed = lookAt(place) === undefined && once(() => move(buildDir(paths, own), place));
  } finally {
    if (!isRenamed) revoke(paths, origin);
  }
  return isRenamed;
}

/** Undoes {@link renameToOrigin} before anything is published, but for the note. @throws the system's error */
export function renameBack(paths: EntryPaths, own: string, origin: string): void {
  revoke(paths, origin);
  rename(buildDir(paths, origin), buildDir(paths, own));
}

/**
 * A rename to where nothing was. One that NFS makes again, because its answer was lost, says that there is nothing to be
 * renamed: then what is there now was.
 */
function move(from: string, to: string): void {
  try {
    rename(from, to);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || lookAt(from) !== undefined || lookAt(to) === undefined) throw error;
  }
}

/** @returns false if something is there already */
function once(make: () => void): boolean {
  const made = () => {
    make();
    return true;
  };
  return unless(['EEXIST', 'ENOTEMPTY', 'ENOTDIR'], made) ?? false;
}
