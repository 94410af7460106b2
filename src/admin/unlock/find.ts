import { entryPaths } from '../../store/layout.ts';
import { keyLocks, type LockRow, type LockSight, manifestOf } from '../locks.ts';
import { keyIds } from '../read-catalog.ts';

/**
 * The locks of a key that somebody holds, dead or alive. A key that was never published has its name only in the record of
 * its holder.
 */
export async function findLocks(sight: LockSight, key: string, signal: AbortSignal): Promise<LockRow[]> {
  const found: LockRow[] = [];
  for (const id of keyIds(sight.root)) {
    if (signal.aborted) break;
    const rows = await keyLocks(sight, id);
    found.push(...rows.filter((row) => id === key || row.key === key));
  }
  return found;
}

/** Whether a root has a key, or a folder, of that name. */
export function isKnown(root: string, key: string): boolean {
  return keyIds(root).some((id) => id === key || manifestOf(entryPaths(root, id).manifest)?.key === key);
}
