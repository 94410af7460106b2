import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Job } from './job.ts';
import type { Options } from './options.ts';
import { openTable, type Table } from './table.ts';

/** Jobs that were started at the same moment and have ended. */
export interface Wave {
  readonly jobs: readonly Job[];
  /** From the first start to the last end. */
  readonly seconds: number;
}

export interface Places {
  /** The caches of the hosts, which take the jobs in turn. */
  readonly caches: readonly string[];
  /** The parent of the jobs' own folders. */
  readonly jobs: string;
  /** More variables for all jobs. */
  readonly env: Readonly<Record<string, string>>;
}

/** Milliseconds from the signal to SIGKILL. The action ends sooner than that. */
const END_LIMIT_MS = 10_000;

/** Starts the jobs and waits until all have ended. An abort ends them with the signals of a cancelled run. */
export async function runWave(options: Options, places: Places, signal: AbortSignal): Promise<Wave> {
  const start = performance.now();
  const jobs: Job[] = [];
  let table: Table | undefined;
  for (let number = 1; number <= options.jobs && !signal.aborted; number++) {
    const { caches, env } = places;
    const host = (number - 1) % caches.length;
    const name = caches.length === 1 ? `job-${number}` : `host-${host + 1}/job-${number}`;
    const dir = join(places.jobs, name);
    mkdirSync(dir, { recursive: true });
    jobs.push(new Job({ name, dir, cache: caches[host] ?? '', env }, options, (job) => table?.changed(job)));
  }
  table = openTable(jobs, process.stdout);
  const stop = () => stopAll(jobs);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  await Promise.all(jobs.map((job) => job.ended));
  signal.removeEventListener('abort', stop);
  table.close();
  return { jobs, seconds: (performance.now() - start) / 1000 };
}

function stopAll(jobs: readonly Job[]): void {
  for (const job of jobs) job.kill('SIGINT');
  setTimeout(() => {
    for (const job of jobs) job.kill('SIGKILL');
  }, END_LIMIT_MS).unref();
}
