import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter } from '../../../src/base/reporter.ts';
import type { LockEngine } from '../../../src/lock/engine.ts';
import type { Source } from '../../../src/recipe/find/source.ts';
import { once } from '../../../src/recipe/once.ts';
import type { Outcome } from '../../../src/recipe/outcome.ts';
import type { Pool } from '../../../src/recipe/pool/pool.ts';
import type { Services } from '../../../src/recipe/services.ts';
import { openFileEngine, openFileSlots } from '../../../src/step/engine.ts';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { whoOf, workerOf } from '../../../src/step/job.ts';
import { hostFacts } from '../../../src/step/platform.ts';
import { tempDir } from './job.ts';

export interface CallOptions {
  readonly root: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Puts itself between the recipe and the lock. */
  readonly wrap?: (engine: LockEngine) => LockEngine;
  readonly sources?: readonly Source[];
  /** Of the job, besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** The pool of this host and others. */
  readonly openPool?: (place: { root: string; reporter: Reporter; signal: AbortSignal }) => Pool;
}

/** A call of the recipe inside this process, with all that a step gives it. */
export class Call {
  readonly outcome: Promise<Outcome>;
  /** What it reported so far. */
  readonly lines: string[] = [];
  /** Those of them that are warnings. */
  readonly warnings: string[] = [];
  #listeners: (() => void)[] = [];

  constructor({ root, inputs, wrap = (engine) => engine, sources = [], env: more = {}, openPool }: CallOptions) {
    const temp = join(tempDir(), '_temp');
    mkdirSync(temp);
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const env = {
      PATH: process.env.PATH,
      GITHUB_REPOSITORY: 'octo/tools',
      GITHUB_WORKSPACE: temp,
      RUNNER_TOOL_CACHE: root,
      RUNNER_TEMP: temp,
      ...Object.fromEntries(given),
      ...more,
    };
    const hear = (line: string) => this.#hear(line);
    const reporter: Reporter = {
      debug: () => {},
      info: hear,
      notice: hear,
      warn: (line) => {
        this.warnings.push(line);
        hear(line);
      },
      output: () => {},
      openGroup: hear,
      closeGroup: () => {},
    };
    const never = new AbortController().signal;
    const locks = { root, network: false, groupShared: false, reporter };
    const services: Services = {
      who: whoOf(env),
      worker: workerOf(env, process.pid),
      reporter,
      signal: never,
      cleanupDeadline: never,
      onExit: () => {},
      env,
      temp,
      unsharedReason: undefined,
      sources,
      openEngine: async () => wrap(await openFileEngine(locks)),
      openSlots: (group, count) => openFileSlots(locks, group, count),
      ...(openPool && { openPool: async () => openPool({ root, reporter, signal: never }) }),
    };
    this.outcome = once(readRequest(env, hostFacts()), services);
  }

  /** Resolves when it reported a line with `text`. */
  async said(text: string): Promise<void> {
    while (!this.lines.some((line) => line.includes(text))) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  #hear(line: string): void {
    this.lines.push(line);
    for (const listener of this.#listeners.splice(0)) listener();
  }
}
