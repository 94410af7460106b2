import { systemCode, unless } from '../base/errors.ts';
import { newToken } from '../base/key.ts';
import { rename } from '../host/rename.ts';
import { type EntryPaths, trashOf } from './layout.ts';

/**
 * What became of a folder. `immovable`: it belongs to a lower layer of an overlay, as in a cache that an image brings along,
 * and the system does not move such a folder. Its attempt died before this layer was there, so nobody alive knows it, and a
 * sweep deletes it where it is.
 */
export type Discarded = 'moved' | 'immovable' | 'absent';

/**
 * Takes a folder of this key out of sight by one rename; deleting comes later. If the name is in the trash already, because
 * a build's last processes made their folder anew after it was moved there, another name is used.
 */
export function discard(paths: EntryPaths, folder: string, name: string): Discarded {
  const moveTo = (trash: string): Discarded =>
    unless(['ENOENT', 'ENOTDIR'], () => {
      rename(folder, trashOf(paths, trash));
      return 'moved';
    }) ?? 'absent';
  try {
    return moveTo(name);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'EXDEV') return 'immovable';
    if (!['ENOTEMPTY', 'EEXIST'].includes(code)) throw error;
    return moveTo(`${name}-${newToken()}`);
  }
}
