import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { gateIn, Job, type JobOptions } from '../../harness/job/job-process.ts';
import { type Side, sideOf } from '../../harness/storm/side.ts';

const START_LINE = join(import.meta.dirname, '../../harness/job/start-line.ts');

/** Jobs of a check, which are gone when it ends. */
export class Jobs implements AsyncDisposable {
  readonly #all: Job[] = [];
  readonly #temp: string;

  constructor(temp: string) {
    this.#temp = mkdtempSync(join(temp, 'jobs-'));
  }

  start({ root, wrapper }: Side, options: Omit<JobOptions, 'root' | 'wrapper'>): Job {
    const job = new Job({ ...options, root, wrapper }, this.#temp);
    this.#all.push(job);
    return job;
  }

  /** `count` jobs, spread over the sides, which begin at one moment. */
  async startTogether(sides: readonly Side[], count: number, inputs: JobOptions['inputs']): Promise<Job[]> {
    const { file, open, close } = gateIn(this.#temp);
    const options = {
      inputs,
      nodeArgs: ['--import', START_LINE],
      env: { START_LINE: file, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    };
    const jobs = Array.from({ length: count }, (_, turn) => this.start(sideOf(sides, turn), options));
    await Promise.all(jobs.map((job) => job.said('Ready.')));
    open();
    // Until the last of them has taken its line.
    void Promise.all(jobs.map((job) => job.ended)).then(close);
    return jobs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const job of this.#all) job.kill('SIGKILL');
    await Promise.all(this.#all.map((job) => job.ended));
  }
}
