import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { ABSENT, listFolder } from '../../host/file-system.ts';
import { inFolder } from '../../host/folder.ts';
import type { EntryPaths } from '../layout.ts';
import { type LeaseLife, mayLive, readLease } from './lease-life.ts';

/**
 * Whether a lease counts for nobody any more, and never will again.
 * @param nowMs by the clock of the disk, in ms since 1970
 */
export function isSpent(lease: LeaseLife, nowMs: number): boolean {
  return lease.isLast && !mayLive(lease, nowMs);
}

/**
 * Removes the spent leases of a build, all but the one that was written last: its age says when the build was last used.
 *
 * Safe without a lock. A name of a lease that is spent is never written again, so what is removed here is what was read
 * here, however long this process stood still in between.
 *
 * @throws OnceError ROOT_UNUSABLE if a link is in the place of the folder; the system's error
 */
export function forgetSpentLeases({ readers }: EntryPaths, token: string, nowMs: number): void {
  inFolder(readers, (folder) => {
    const names = listFolder(folder).filter((name) => name.startsWith(`${token}.`));
    const leases = names.flatMap((name) => {
      const lease = readLease(join(folder, name));
      return lease === undefined ? [] : [{ name, lease }];
    });
    const last = Math.max(...leases.map(({ lease }) => lease.writtenMs));
    for (const { name, lease } of leases) {
      if (!isSpent(lease, nowMs) || lease.writtenMs === last) continue;
      // Another user's may stay.
      unless([...ABSENT, 'EACCES', 'EPERM', 'EROFS'], () => unlinkSync(join(folder, name)));
    }
  });
}
