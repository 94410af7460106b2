import { readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { lookAt } from '../../host/file-system.ts';
import { type EntryPaths, trashOf } from '../layout.ts';

/**
 * Removes what stands at `entry` and is no folder. `unlink` never removes a folder, so an entry that somebody publishes
 * in the same moment stays.
 * @returns whether nothing is there now
 */
export function clearEntry({ entry }: EntryPaths): boolean {
  const found = lookAt(entry);
  if (found === undefined || found.isDirectory()) return false;
  return (
    unless(['EISDIR', 'EPERM', 'ENOENT'], () => {
      unlinkSync(entry);
      return true;
    }) ?? false
  );
}

/**
 * Moves a folder that stands at the name of the manifest to the trash. With a slash at its end a path names a folder or
 * nothing, so a manifest that somebody publishes in the same moment stays.
 */
export function clearManifest(paths: EntryPaths): void {
  const { manifest } = paths;
  if (!lookAt(manifest)?.isDirectory()) return;
  unless(['ENOTDIR', 'ENOENT'], () => {
    if (readdirSync(manifest).length === 0) rmdirSync(manifest);
    else renameSync(`${manifest}/`, trashOf(paths, newToken()));
  });
}
