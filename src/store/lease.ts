import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { systemCode, unless } from '../base/errors.ts';
import { newToken } from '../base/key.ts';
import type { Who } from '../base/who.ts';
import { makeFolder } from '../host/file-system.ts';
import { bootId, pidNamespace, processState } from '../host/proc.ts';
import type { EntryPaths } from './layout.ts';

/** In place of a pid, where no process is known to live as long as the job. No process has it. */
export const NO_PROCESS = 0;

/** The process whose life is the job's: the runner's worker, which is this action's parent. See `runsMany`. */
export interface JobProcess {
  /** {@link NO_PROCESS} is only for a `job` that never comes again. */
  readonly pid: number;
  /** Words that tell this job from any other of its host: run, attempt, job, runner. */
  readonly job: string;
  /** The same for all steps of this job and for no other job, in 20 hex digits: others may see it and learn nothing. */
  readonly id: string;
  /** Whether the process outlives the job, because it runs many. */
  readonly runsMany?: boolean;
}

/** What `readers/<build>.<job>.json` says. It counts while the worker lives; where that cannot be seen, for 6 h. */
export interface Lease {
  readonly format: 1;
  readonly build: string;
  readonly who: Who;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly workerPid: number;
  readonly workerStartTime: number | undefined;
  readonly host: string;
  /** ISO 8601, by this host's clock. */
  readonly since: string;
}

/**
 * Says that this job may be using a build, so that nobody prunes it. Leave the lease first, then look again: a pruner
 * moves the manifest away first and reads the leases after, so one of the two sees the other.
 *
 * @returns false where it could not be written: a cache mounted read-only is never pruned through that mount either
 */
export function leaveLease(paths: EntryPaths, build: string, worker: JobProcess, who: Who): boolean {
  const pid = worker.runsMany ? NO_PROCESS : worker.pid;
  const startTime = processState(pid)?.startTime;
  const facts = { bootId: bootId(), pidNamespace: pidNamespace(), workerPid: pid, workerStartTime: startTime };
  // Where no process tells that the job lives, the age of its newest lease does: each step leaves another one.
  const words = worker.runsMany ? `${worker.job} ${newToken()}` : worker.job;
  const job = sha256(words, who.host, ...Object.values(facts).map(String)).slice(0, 12);
  const reader: Lease = { format: 1, build, who, ...facts, host: hostname(), since: new Date().toISOString() };
  const file = join(paths.readers, `${build}.${job}.json`);
  try {
    writeNew(file, reader);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return false;
    return unlessRefused(() => {
      makeFolder(paths.readers);
      writeNew(file, reader);
    });
  }
  return true;
}

/** An earlier step of this job may have said the same: its words stand. */
function writeNew(file: string, reader: Lease): void {
  unless(['EEXIST'], () => writeFileSync(file, `${JSON.stringify(reader)}\n`, { flag: 'wx' }));
}

function unlessRefused(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
