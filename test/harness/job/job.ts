import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { removeAll } from '../remove-all.ts';
import { type Gate, gateIn, Job, type JobEnd, type JobOptions, type Ledger, ledgerIn } from './job-process.ts';

export { CLAIM, CLAIM_POST, Job, type JobEnd, type JobOptions, MAIN, PUBLISH } from './job-process.ts';

/** Starts a job; one that still runs when the test ends is killed. */
export function startJob(options: JobOptions): Job {
  const job = new Job(options, tempDir());
  onTestFinished(async () => {
    job.kill('SIGKILL');
    await job.ended;
  });
  return job;
}

/** Starts a job and waits for its end. */
export async function runJob(options: JobOptions): Promise<Job & { end: JobEnd }> {
  const job = startJob(options);
  return Object.assign(job, { end: await job.ended });
}

/** An empty folder, removed when the test ends. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'build-once-test-'));
  onTestFinished(() => removeAll(dir));
  return dir;
}

/** Something that builds wait for, without polling. */
export function gate(): Gate {
  const made = gateIn(tempDir());
  onTestFinished(made.close);
  return made;
}

/** A file to which each build appends a line. */
export function ledger(): Ledger {
  return ledgerIn(tempDir());
}
