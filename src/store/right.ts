import { readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../base/errors.ts';
import { type EntryPaths, publishedMark, rightDir, trashOf } from './layout.ts';

/**
 * Takes away an attempt's right to publish, for good. Called before a dead holder's lock is opened, so that one who was
 * only stopped and wakes up later publishes nothing over what came after it.
 */
export function revoke(paths: EntryPaths, token: string): void {
  const taken = trashOf(paths, `entry.${token}`);
  unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => renameSync(rightDir(paths, token), taken));
  destroyTakenRight(paths, token);
}

/**
 * Ends a right that was taken away. The folder's removal decides, not its rename: an NFS client may still reach the
 * folder through its old handle and write a manifest into it, but not once the folder is gone.
 * Finding the manifest there proves that the attempt never published, so its mark goes too and its build may be swept.
 * The proof goes last: whoever dies in between leaves it to the next.
 */
export function destroyTakenRight(paths: EntryPaths, token: string): void {
  const taken = trashOf(paths, `entry.${token}`);
  for (let tries = 0; tries < 10; tries++) {
    if (list(taken).includes('manifest.json')) {
      rmSync(publishedMark(paths, token), { force: true });
      rmSync(join(taken, 'manifest.json'), { force: true });
    }
    try {
      rmdirSync(taken);
      return;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return;
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
    }
  }
  throw new Error(`${taken} cannot be emptied: something keeps writing into it`);
}

function list(dir: string): string[] {
  return unless(['ENOENT', 'ENOTDIR'], () => readdirSync(dir)) ?? [];
}
