import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { listFolder, lookAt, removeFile } from '../../host/file-system.ts';
import { inFolder } from '../../host/folder.ts';
import { rename } from '../../host/rename.ts';
import { renameFolder } from '../../host/rename-folder.ts';
import { type EntryPaths, MANIFEST, publishedMark, rightDir, rightIn, trashOf } from '../layout.ts';

/**
 * Takes away the right to publish of every attempt there is, for good. Called by a new holder, which has none yet, before
 * it looks for a build. An earlier holder that was taken for dead while it stood still, and that wakes up later, then changes
 * nothing of what the new holder saw. It does not matter who took the lock over, or whether that process died since (ADR 20).
 *
 * The listing is not older than the claim, which changed the same folder.
 */
export function revokeOthers(paths: EntryPaths): void {
  for (const token of new Set(listFolder(paths.dir).map(rightIn))) {
    if (token !== undefined) revoke(paths, token);
  }
}

/** Takes away an attempt's right to publish, for good. */
export function revoke(paths: EntryPaths, token: string): void {
  if (isNoRight(rightDir(paths, token))) moveToTrash(paths, rightDir(paths, token), token);
  while (!takeAway(paths, token)) destroyTakenRight(paths, token);
  destroyTakenRight(paths, token);
}

/** False if something is in the way: a right that was taken away before and is half destroyed, or what is no right. */
function takeAway(paths: EntryPaths, token: string): boolean {
  const move = () => {
    unless(['ENOENT'], () => renameFolder(rightDir(paths, token), takenRight(paths, token)));
    return true;
  };
  return unless(['ENOTEMPTY', 'EEXIST', 'ENOTDIR'], move) ?? false;
}

/** Where a right goes that is taken away. */
function takenRight(paths: EntryPaths, token: string): string {
  return trashOf(paths, `entry.${token}`);
}

/** Whether something is there that no attempt made: a right is a folder. */
function isNoRight(path: string): boolean {
  return lookAt(path)?.isDirectory() === false;
}

/** Names in the right of what becomes the mark in `published/`, and the manifest. */
export const MARK_DRAFT = 'mark';
export const MANIFEST_DRAFT = 'draft';
/** Removes what a process wrote that died before its manifest was whole, so that another can write it for that attempt. */
export function dropDrafts(paths: EntryPaths, token: string): void {
  inFolder(rightDir(paths, token), (right) => {
    for (const draft of [MARK_DRAFT, MANIFEST_DRAFT]) removeFile(join(right, draft));
  });
}

/** Name of a manifest that was not published and never will be. */
const UNPUBLISHED = 'unpublished';

/**
 * Destroys a right that was taken away. The removal of the folder decides, not its rename: a call that an NFS client has sent
 * may reach the folder through its old handle and publish what is in it, until the folder is gone.
 *
 * A process that renames the manifest away knows that the attempt has not published and never will. So it removes the mark
 * too, and the build may be swept. The renamed manifest is the proof, and goes last: if this process dies in between, the
 * next one finds the proof. No mark is made after that, because its draft was in the right before there was a manifest.
 */
export function destroyTakenRight(paths: EntryPaths, token: string): void {
  const taken = takenRight(paths, token);
  // An attempt's own files may still be written, and are removed by the next turn.
  for (let own: boolean | undefined = true; own && !isNoRight(taken); ) {
    inFolder(taken, (right) => emptyRight(paths, token, right));
    try {
      rmdirSync(taken);
      return;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
      own = inFolder(taken, (right) => filesIn(right).length > 0);
    }
  }
  moveToTrash(paths, taken, token);
}

/** @param right the path of the opened folder */
function emptyRight(paths: EntryPaths, token: string, right: string): void {
  const names = listFolder(right);
  if (names.length === 0) return;
  for (const draft of [MARK_DRAFT, MANIFEST_DRAFT]) removeFile(join(right, draft));
  const files = filesIn(right, names);
  if (!files.includes(UNPUBLISHED) && !(files.includes(MANIFEST) && withhold(paths, token, right))) return;
  removeFile(publishedMark(paths, token));
  removeFile(join(right, UNPUBLISHED));
}

/** Which names in a right may be those of files that an attempt made. */
function filesIn(right: string, names = listFolder(right)): string[] {
  const own = names.filter((name) => [MARK_DRAFT, MANIFEST_DRAFT, UNPUBLISHED, MANIFEST].includes(name));
  return own.filter((name) => lookAt(join(right, name))?.isDirectory() !== true);
}

/** One rename: either this call or the one that publishes finds the manifest. */
function withhold(paths: EntryPaths, token: string, right: string): boolean {
  const proof = join(right, UNPUBLISHED);
  if (lookAt(proof)?.isDirectory()) moveToTrash(paths, proof, token);
  const move = () => {
    rename(join(right, MANIFEST), proof);
    return true;
  };
  return unless(['ENOENT'], move) ?? false;
}

/**
 * Takes out of the way what nobody made for a right, or a right in which only other names are left, and leaves it to the
 * sweep. An NFS client gives such names to files that one of its own processes holds open: the attempt was stopped while it
 * wrote its manifest. Its own client knows the folder's new name at once, so the attempt can publish no more. Or somebody
 * put something there. Neither may keep others from the lock.
 */
function moveToTrash(paths: EntryPaths, path: string, token: string): void {
  unless(['ENOENT'], () => renameFolder(path, trashOf(paths, `${token}-${newToken()}`)));
}
