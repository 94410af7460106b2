import { existsSync, lstatSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { isWho, parseFields } from '../../base/fields.ts';
import { newToken } from '../../base/key.ts';
import type { Who } from '../../base/who.ts';
import { GONE, listFolder } from '../../host/file-system.ts';
import { bootId, pidNamespace, processState } from '../../host/proc.ts';
import { readShared } from '../../host/read-shared.ts';
import type { EntryPaths } from '../layout.ts';
import { NO_PROCESS } from '../lease.ts';

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
  const nowMs = timeOfDisk(paths.readers);
  return leasesOf(paths, token).some((name) => {
    const lease = readLease(join(paths.readers, name));
    return lease !== undefined && mayLive(lease, nowMs);
  });
}

/** The names of the leases of a build. */
export function leasesOf({ readers }: EntryPaths, token: string): string[] {
  return listFolder(readers, GONE).filter((name) => name.startsWith(`${token}.`));
}

/** What a lease says of its job: that it lives or is over, or that this cannot be seen from here. */
export interface LeaseLife {
  readonly job: 'lives' | 'ended' | 'unseen';
  /** When the lease was written, in ms since 1970 by the clock of the disk. */
  readonly writtenMs: number;
  /** Who the job is; undefined: the lease does not say it as it should. */
  readonly who: Who | undefined;
  /** Whether nobody ever writes a lease of this name again: its job is over, or it was left by one call of the command line. */
  readonly isLast: boolean;
}

/**
 * Reads a lease. undefined: it is gone.
 * @throws the system's error
 */
export function readLease(file: string): LeaseLife | undefined {
  const found = unless(GONE, () => readShared(file));
  if (found?.kind === 'text') {
    const fields = parseFields(found.text) ?? {};
    const job = jobOf(fields);
    const isLast = job === 'ended' || fields.workerPid === NO_PROCESS;
    return { job, writtenMs: found.mtimeMs, who: isWho(fields.who) ? fields.who : undefined, isLast };
  }
  // One that this user may not read counts for as long as any other whose job is not seen.
  const writtenMs = unless(GONE, () => lstatSync(file).mtimeMs);
  return writtenMs === undefined ? undefined : { job: 'unseen', writtenMs, who: undefined, isLast: false };
}

/**
 * Whether the job of a lease may be using its build.
 * @param nowMs by the clock of the disk
 */
export function mayLive({ job, writtenMs }: LeaseLife, nowMs: number): boolean {
  return job === 'lives' || (job === 'unseen' && nowMs - writtenMs < UNSEEN_LEASE_MS);
}

function jobOf(lease: Readonly<Record<string, unknown>>): LeaseLife['job'] {
  const { workerPid, workerStartTime } = lease;
  if (!isFromHere(lease) || typeof workerPid !== 'number' || typeof workerStartTime !== 'number') return 'unseen';
  // Most jobs of a cache are over. To ask whether there is such a process costs a tenth of an open that fails.
  const state = existsSync(`/proc/${workerPid}`) ? processState(workerPid) : undefined;
  return state !== undefined && !state.zombie && state.startTime === workerStartTime ? 'lives' : 'ended';
}

/** Whether pids in a lease mean here what they meant to its writer. */
function isFromHere(lease: Readonly<Record<string, unknown>>): boolean {
  place ??= { bootId: bootId(), pidNamespace: pidNamespace(), host: hostname() };
  if (place.bootId === '' || place.pidNamespace === '') return false;
  return lease.bootId === place.bootId && lease.pidNamespace === place.pidNamespace && lease.host === place.host;
}

/** Where this process is; asked for once, for a cache has tens of thousands of leases. */
let place: { readonly bootId: string; readonly pidNamespace: string; readonly host: string } | undefined;
