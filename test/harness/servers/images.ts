import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Job, type JobOptions, runJob, tempDir } from '../job/job.ts';
import type { DockerDaemon } from './docker-daemon.ts';

let images = 0;

/** A name that no other test of the file has. */
export const newImage = (): string => `acme/app:${++images}`;

/** A folder to build from: a Dockerfile of these lines. */
export function contextOf(...lines: readonly string[]): string {
  const context = tempDir();
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
  return context;
}

/** A folder to build from that makes an image unlike all others. */
export const newContext = (): string => contextOf('FROM scratch', 'COPY Dockerfile /', `LABEL number=${++images}`);

/** Steps that have a daemon. */
export function stepsOn(daemon: DockerDaemon) {
  function job(root: string, inputs: JobOptions['inputs'], more: Partial<JobOptions> = {}): JobOptions {
    return { root, inputs, ...more, env: { ...daemon.env, ...more.env } };
  }

  async function step(...given: Parameters<typeof job>): Promise<Job> {
    const ran = await runJob(job(...given));
    expect(ran.end.code, ran.log).toBe(0);
    return ran;
  }

  /** It ended well, what it says is what the daemon has, and nothing temporary is left. */
  function expectImage(image: string, { outputs, log }: Job, result: string): void {
    expect(outputs.result, log).toBe(result);
    expect(outputs.identity).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(outputs.identity).toBe(daemon.idOf(image));
    expect(daemon.temporaryNames()).toEqual([]);
  }

  return { job, step, expectImage };
}
