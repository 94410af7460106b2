import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../base/errors.ts';
import { rename } from '../host/rename.ts';
import { type EntryPaths, publishedMark, rightDir, rightIn, trashOf } from './layout.ts';

/**
 * Takes away the right to publish of every attempt there is, for good. Called by a new holder, which has none yet, before
 * it looks for a build: one who was taken for dead while it stood still, and wakes up later, changes nothing of what the
 * holder saw. No engine has to remember whose lock was taken over, so it holds whoever took it over and died since.
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

/** False where one that was taken away before is still in the way, half destroyed. */
function takeAway(paths: EntryPaths, token: string): boolean {
  const move = () => {
    unless(['ENOENT'], () => rename(rightDir(paths, token), trashOf(paths, `entry.${token}`)));
    return true;
  };
  return unless(['ENOTEMPTY', 'EEXIST'], move) ?? false;
}

/** What becomes the mark in `published/`, and the manifest, while they are on their way. */
export const MARK_DRAFT = 'mark';
export const MANIFEST_DRAFT = 'draft';
/** Removes what a process wrote that died before its manifest was whole, so that another can write it for that attempt. */
export function dropDraft(paths: EntryPaths, token: string): void {
  rmSync(join(rightDir(paths, token), MANIFEST_DRAFT), { force: true });
}

/** What a manifest is called once it is known that it never was and never will be published. */
const UNPUBLISHED = 'unpublished';

/**
 * Ends a right that was taken away. The folder's removal decides, not its rename: a call that an NFS client has sent may
 * reach the folder through its old handle, and publish what is in it, but not once the folder is gone.
 *
 * Whoever gets the manifest out from under its name knows that the attempt never published and never will. So its mark
 * goes too, and its build may be swept. That proof goes last: whoever dies in between leaves it to the next. No mark
 * comes after it, for a mark has to leave the right first, where its draft was before there was a manifest.
 */
export function destroyTakenRight(paths: EntryPaths, token: string): void {
  const taken = trashOf(paths, `entry.${token}`);
  const remove = (name: string) => rmSync(join(taken, name), { force: true });
  for (let tries = 0; tries < 10; tries++) {
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
      if (isHeldOpen(taken)) return;
    }
  }
  throw new Error(`${taken} cannot be emptied: something keeps writing into it`);
}

/** One rename: of two calls that want the manifest, this one or the one that publishes it finds it. */
function withhold(taken: string): boolean {
  const move = () => {
    rename(join(taken, 'manifest.json'), join(taken, UNPUBLISHED));
    return true;
  };
  return unless(['ENOENT'], move) ?? false;
}

/**
 * Whether only names are left that an NFS client gives to what one of its own processes holds open: the attempt itself,
 * stopped while it writes its manifest. On its own client the folder's new name is known at once, so it can do no more
 * harm, and must not keep its lock from being taken over. The folder goes with the trash later.
 */
function isHeldOpen(taken: string): boolean {
  const names = list(taken);
  return names.length > 0 && names.every((name) => name.startsWith('.nfs'));
}

function list(dir: string): string[] {
  return unless(['ENOENT', 'ENOTDIR'], () => readdirSync(dir)) ?? [];
}
