import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../base/errors.ts';
import { newToken } from '../base/key.ts';
import { rename } from '../host/rename.ts';
import { type EntryPaths, publishedMark, rightDir, rightIn, trashOf } from './layout.ts';

/**
 * Takes away the right to publish of every attempt there is, for good. Called by a new holder, which has none yet, before
 * it looks for a build. An earlier holder that was taken for dead while it stood still, and that wakes up later, then changes
 * nothing of what the new holder saw. It does not matter who took the lock over, or whether that process died since (ADR 20).
 *
 * The listing is not older than the claim, which changed the same folder.
 */
export function revokeOthers(paths: EntryPaths): void {
  for (const token of new Set(list(paths.dir).map(rightIn))) {
    if (token !== undefined) revoke(paths, token);
  }
}

/** Takes away an attempt's right to publish, for good. */
export function revoke(paths: EntryPaths, token: string): void {
  while (!takeAway(paths, token)) destroyTakenRight(paths, token);
  destroyTakenRight(paths, token);
}

/** False if a right that was taken away before is still in the way, half destroyed. */
function takeAway(paths: EntryPaths, token: string): boolean {
  const move = () => {
    unless(['ENOENT'], () => rename(rightDir(paths, token), trashOf(paths, `entry.${token}`)));
    return true;
  };
  return unless(['ENOTEMPTY', 'EEXIST'], move) ?? false;
}

/** Names in the right of what becomes the mark in `published/`, and the manifest. */
export const MARK_DRAFT = 'mark';
export const MANIFEST_DRAFT = 'draft';
/** Removes what a process wrote that died before its manifest was whole, so that another can write it for that attempt. */
export function dropDrafts(paths: EntryPaths, token: string): void {
  for (const draft of [MARK_DRAFT, MANIFEST_DRAFT]) rmSync(join(rightDir(paths, token), draft), { force: true });
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
  const taken = trashOf(paths, `entry.${token}`);
  const remove = (name: string) => rmSync(join(taken, name), { force: true });
  for (;;) {
    const names = list(taken);
    if (names.length > 0) [MARK_DRAFT, MANIFEST_DRAFT].forEach(remove);
    const proven = names.includes(UNPUBLISHED) || (names.includes('manifest.json') && withhold(taken));
    if (proven) {
      rmSync(publishedMark(paths, token), { force: true });
      remove(UNPUBLISHED);
    }
    try {
      rmdirSync(taken);
      return;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
      if (hasOwnNames(taken)) continue;
      moveAside(paths, token);
      return;
    }
  }
}

/** One rename: either this call or the one that publishes finds the manifest. */
function withhold(taken: string): boolean {
  const move = () => {
    rename(join(taken, 'manifest.json'), join(taken, UNPUBLISHED));
    return true;
  };
  return unless(['ENOENT'], move) ?? false;
}

/** Whether an attempt's own names are in its right: they may still be written, and are removed by the next turn. */
function hasOwnNames(taken: string): boolean {
  return list(taken).some((name) => [MARK_DRAFT, MANIFEST_DRAFT, UNPUBLISHED, 'manifest.json'].includes(name));
}

/**
 * Takes a right out of the way in which only other names are left, and leaves it to the sweep. An NFS client gives such
 * names to files that one of its own processes holds open: the attempt was stopped while it wrote its manifest. Its own
 * client knows the folder's new name at once, so the attempt can publish no more. Or somebody put a file there. Neither may
 * keep others from the lock.
 */
function moveAside(paths: EntryPaths, token: string): void {
  unless(['ENOENT'], () => rename(trashOf(paths, `entry.${token}`), trashOf(paths, `${token}-${newToken()}`)));
}

function list(dir: string): string[] {
  return unless(['ENOENT', 'ENOTDIR'], () => readdirSync(dir)) ?? [];
}
