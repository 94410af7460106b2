import { statSync } from 'node:fs';
import { versionDir } from '../store/layout.ts';

/**
 * Has all that this process makes be for the group, where the cache is: what others of a group may not write they could not
 * take over from us.
 */
export function shareWithGroup(root: string): void {
  const stats = statSync(versionDir(root), { throwIfNoEntry: false });
  if (stats !== undefined && (stats.mode & 0o020) !== 0) process.umask(0o002);
}
