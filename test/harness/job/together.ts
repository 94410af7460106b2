import { join } from 'node:path';
import { gate, type Job, type JobEnd, type JobOptions, startJob } from './job.ts';

const START_LINE = join(import.meta.dirname, 'start-line.ts');

/** Starts jobs that begin at one moment: all of them have started, and none has looked at anything yet. */
export async function startTogether(each: readonly JobOptions[]): Promise<Job[]> {
  const { file, open } = gate();
  const jobs = each.map(({ env, nodeArgs = [], ...rest }) =>
    startJob({ ...rest, nodeArgs: ['--import', START_LINE, ...nodeArgs], env: { ...env, START_LINE: file } }),
  );
  await Promise.all(jobs.map((job) => job.said('Ready.')));
  open();
  return jobs;
}

/** `count` times the same. */
export function times<T>(count: number, what: T): T[] {
  return Array.from({ length: count }, () => what);
}

export function allEnded(jobs: readonly Job[]): Promise<JobEnd[]> {
  return Promise.all(jobs.map((job) => job.ended));
}

/** Waits for the first of them that builds, and for all others to say that they wait. */
export async function builderOf(jobs: readonly Job[]): Promise<Job> {
  const first = await Promise.race(jobs.map((job) => job.said('::group::').then(() => job)));
  await Promise.all(jobs.filter((job) => job !== first).map((job) => job.said('Waiting for')));
  return first;
}
