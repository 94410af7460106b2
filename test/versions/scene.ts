import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { signal } from '../harness/job/signal.ts';
import type { Version } from './versions.ts';

// Where the versions do not understand each other, most of these tests hang: together they must not outlast the run.
vi.setConfig({ testTimeout: 45_000 });

export type Inputs = Readonly<Record<string, string>>;

export const good = { code: 0, signal: null };
/** Lines of shell that make the artifact. */
export const whole = 'mkdir "$BUILD_ONCE_OUT/bin"; echo whole > "$BUILD_ONCE_OUT/bin/tool"';

/**
 * One root, and steps of both versions that want the same key of it. What is awaited in a log is worded loosely: the old
 * version keeps its words, and the new one may choose others.
 */
export class Scene {
  readonly root = tempDir();
  readonly builds = ledger();
  readonly inputs: Inputs;

  constructor(inputs: Inputs = {}) {
    this.inputs = { key: 'sdk', run: `${this.builds.note}\n${whole}`, ...inputs };
  }

  run({ name, main }: Version, inputs: Inputs = {}) {
    return runJob({ name, root: this.root, entry: main, inputs: { ...this.inputs, ...inputs } });
  }

  start({ name, main }: Version, inputs: Inputs = {}): Job {
    return startJob({ name, root: this.root, entry: main, inputs: { ...this.inputs, ...inputs } });
  }

  /** A step that holds the lock, and builds until its gate is opened or it is killed. */
  async holder(version: Version, { end = whole, ...inputs }: Inputs = {}) {
    const { give, given } = signal();
    const { wait, open } = gate();
    const run = [this.builds.note, 'echo part > "$BUILD_ONCE_OUT/part"', give, wait, 'rm "$BUILD_ONCE_OUT/part"', end];
    const job = this.start(version, { ...inputs, run: run.join('\n') });
    await Promise.race([given, job.ended]);
    expect(job.process.exitCode, job.log).toBeNull();
    return { job, open };
  }

  /** A step that waits for `holder`, and has named it. */
  async waiter(version: Version, holder: Job, inputs: Inputs = {}): Promise<Job> {
    const job = this.start(version, inputs);
    await job.said(new RegExp(`waiting for .*job ${holder.name}\\b`, 'i'));
    return job;
  }
}

export function expectWhole({ outputs, log }: Job): void {
  expect(readFileSync(join(outputs.path ?? '', 'bin/tool'), 'utf8'), log).toBe('whole\n');
}

/** Two steps say the same, but for outputs that only one of the versions has, such as `source`. */
export function expectSameSaid(one: Job, other: Job): void {
  const both = Object.keys(one.outputs).filter((name) => name in other.outputs);
  expect(both.length).toBeGreaterThan(10);
  for (const name of both) expect([name, other.outputs[name]], other.log).toEqual([name, one.outputs[name]]);
}
