import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sleep } from '../../../src/base/wait.ts';
import { processState } from '../../../src/host/proc.ts';
import { keyFolders } from '../storm/remains.ts';
import { CLAIM, CLAIM_POST, type Job, type JobEnd, type JobOptions, PUBLISH, runJob, startJob } from './job.ts';

type Ended = Job & { end: JobEnd };

/** Starts a claim step; what its job leaves running when the test ends is ended, as the runner does. */
export function startClaim(options: JobOptions): Job {
  const job = startJob({ entry: CLAIM, ...options });
  onTestFinished(() => endJob(job));
  return job;
}

/** A claim step, to its end. */
export async function claim(options: JobOptions): Promise<Ended> {
  const job = startClaim(options);
  return Object.assign(job, { end: await job.ended });
}

/** A publish step of the same job. */
export function startPublish(after: Job, root: string, more: Partial<JobOptions> = {}): Job {
  const { claim: ticket = '' } = after.outputs;
  return startJob({ root, entry: PUBLISH, after, ...more, inputs: { claim: ticket, ...more.inputs } });
}

/** A publish step of the same job, to its end. */
export async function publish(after: Job, root: string, more: Partial<JobOptions> = {}): Promise<Ended> {
  const job = startPublish(after, root, more);
  return Object.assign(job, { end: await job.ended });
}

/** What the runner does for a claim step when the job ends, with what `job.status` is then. */
export function post(
  after: Job,
  root: string,
  status: 'success' | 'failure' | 'cancelled',
  env: JobOptions['env'] = {},
): Promise<Ended> {
  return runJob({ root, entry: CLAIM_POST, after, post: true, inputs: { 'job-status': status }, env });
}

/** The runner's orphan clean-up. */
export function endJob(job: Job): void {
  for (const pid of processesOf(job)) process.kill(pid, 'SIGKILL');
}

/** What still runs of a job: found as the runner finds it. */
export function processesOf(job: Job): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && processState(pid)?.zombie === false && environmentOf(pid).includes(job.trackingId));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** Resolves when nothing of the job runs any more; no event tells of the end of a process that is not ours. */
export async function allGone(job: Job): Promise<void> {
  while (processesOf(job).length > 0) await sleep(20);
}

/** The pids of all who hold, or ask for, a lock below a root. */
export function holders(root: string): number[] {
  const records = keyFolders(root).flatMap((dir) =>
    readdirSync(join(dir, 'holders'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(dir, 'holders', name)),
  );
  return records.map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { readonly pid: number }).pid);
}
