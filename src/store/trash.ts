import { rmSync } from 'node:fs';
import { systemCode, unless } from '../base/errors.ts';
import { newToken } from '../base/key.ts';
import { rename } from '../host/rename.ts';
import { type EntryPaths, trashOf } from './layout.ts';

/**
 * Takes a folder of this key out of sight by one rename; deleting comes later. If the name is in the trash already, because
 * a build's last processes made their folder anew after it was moved there, another name is used.
 *
 * @returns false when it is not there
 */
export function discard(paths: EntryPaths, folder: string, name: string): boolean {
  const moveTo = (trash: string) =>
    unless(['ENOENT', 'ENOTDIR'], () => {
      rename(folder, trashOf(paths, trash));
      return true;
    }) ?? false;
  try {
    return moveTo(name);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'EXDEV') return removeInPlace(folder);
    if (!['ENOTEMPTY', 'EEXIST'].includes(code)) throw error;
    return moveTo(`${name}-${newToken()}`);
  }
}

/** A folder of a lower layer of an overlay, which the system does not move. Its attempt died before this layer was there. */
function removeInPlace(folder: string): true {
  rmSync(folder, { recursive: true, force: true });
  return true;
}
