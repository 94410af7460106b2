import { lstatSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { parseFields } from '../../base/fields.ts';
import { newToken } from '../../base/key.ts';
import { GONE, listFolder } from '../../host/file-system.ts';
import { bootId, pidNamespace, processState } from '../../host/proc.ts';
import { readShared } from '../../host/read-shared.ts';
import type { EntryPaths } from '../layout.ts';

/** Milliseconds for which a lease counts where it cannot be seen whether its job lives. */
export const UNSEEN_LEASE_MS = 6 * 3_600_000;

/**
 * The time of the disk, in ms since 1970. Asking changes the folder: a listing of it by this process is not older than this
 * call then, also where a network file system remembers listings.
 * @throws the system's error
 */
export function timeOfDisk(folder: string): number {
  // Of processes that were killed here. One that lives notices it, and asks again.
  for (const name of listFolder(folder).filter((each) => /^\.time-[0-9a-f]{12}$/.test(each)))
    removeProbe(join(folder, name));
  for (;;) {
    const probe = join(folder, `.time-${newToken()}`);
    mkdirSync(probe);
    const ms = unless(GONE, () => statSync(probe).mtimeMs);
    removeProbe(probe);
    if (ms !== undefined) return ms;
  }
}

function removeProbe(probe: string): void {
  unless([...GONE, 'ENOTEMPTY', 'EACCES', 'EPERM'], () => rmdirSync(probe));
}

/**
 * Whether a job may be using a build: one whose process lives, or one of the last 6 h whose process cannot be seen. The
 * leases are read anew, on network file systems too.
 * @throws the system's error
 */
export function isUsed(paths: EntryPaths, token: string): boolean {
  return inUse(paths, token, timeOfDisk(paths.readers));
}

/** The same as {@link isUsed} with what is known of the leases here, which changes nothing on the disk. */
export function inUse(paths: EntryPaths, token: string, nowMs: number): boolean {
  return leasesOf(paths, token).some((name) => mayLive(join(paths.readers, name), nowMs));
}

/** The names of the leases of a build. */
export function leasesOf({ readers }: EntryPaths, token: string): string[] {
  return listFolder(readers, GONE).filter((name) => name.startsWith(`${token}.`));
}

function mayLive(file: string, nowMs: number): boolean {
  const writtenMs = unless(GONE, () => lstatSync(file).mtimeMs);
  if (writtenMs === undefined) return false;
  return jobLives(file) ?? nowMs - writtenMs < UNSEEN_LEASE_MS;
}

/** undefined: that cannot be seen from here. */
function jobLives(file: string): boolean | undefined {
  const found = unless(GONE, () => readShared(file));
  const lease = found?.kind === 'text' ? parseFields(found.text) : undefined;
  if (lease === undefined || lease.bootId === '' || lease.pidNamespace === '') return undefined;
  const here = lease.bootId === bootId() && lease.pidNamespace === pidNamespace() && lease.host === hostname();
  const { workerPid, workerStartTime } = lease;
  if (!here || typeof workerPid !== 'number' || typeof workerStartTime !== 'number') return undefined;
  const state = processState(workerPid);
  return state !== undefined && !state.zombie && state.startTime === workerStartTime;
}
