import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from './options.ts';

/** The action as a runner starts it. */
export const MAIN = join(import.meta.dirname, '../dist/main.js');

export interface JobPlace {
  readonly name: string;
  /** The job's own folder; exists. */
  readonly dir: string;
  /** The cache that all jobs of its host share. */
  readonly cache: string;
  /** More variables for its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A state that a job entered, and how many seconds after its start. */
export interface Change {
  readonly state: string;
  readonly at: number;
}

/** One job of a runner: a process of the action with a workspace, temporary folder, outputs and summary of its own. */
export class Job {
  readonly name: string;
  readonly ended: Promise<void>;
  /** Its current state; after the end, its result. */
  state = 'starting';
  readonly changes: Change[] = [{ state: this.state, at: 0 }];
  /** `performance.now()` of the start, in ms. */
  readonly started = performance.now();
  #log = '';
  readonly #dir: string;
  readonly #process: ChildProcess;
  readonly #onChange: (job: Job) => void;
  #line = '';
  #seconds: number | undefined;
  #code: number | null | undefined;

  constructor({ name, dir, cache, env }: JobPlace, options: Options, onChange: (job: Job) => void) {
    this.name = name;
    this.#dir = dir;
    this.#onChange = onChange;
    for (const folder of ['_temp', 'workspace']) mkdirSync(join(dir, folder), { recursive: true });
    for (const file of ['output', 'summary', 'env', 'path']) writeFileSync(join(dir, file), '');
    this.#process = spawn(process.execPath, [MAIN], {
      cwd: join(dir, 'workspace'),
      env: { ...environment(name, dir, cache, options), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    }
    this.ended = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#hear(`\n::error::${error.message}\n`));
      this.#process.once('close', (code) => {
        this.#end(code);
        resolve();
      });
    });
  }

  /** Seconds since its start, or from its start to its end. */
  get seconds(): number {
    return this.#seconds ?? (performance.now() - this.started) / 1000;
  }

  /** An output of the step; '' if it was not set. */
  output(name: string): string {
    const found = this.#file('output').matchAll(/^(.+?)<<(\S+)\n([\s\S]*?)\n\2$/gm);
    for (const [, each, , value] of found) if (each === name) return value ?? '';
    return '';
  }

  get summary(): string {
    return this.#file('summary');
  }

  /** Everything it printed so far. */
  get log(): string {
    return this.#log;
  }

  /** The error it ended with; undefined if it succeeded or still runs. */
  get error(): string | undefined {
    if (this.#code === undefined || this.#code === 0) return undefined;
    const told = [...this.#log.matchAll(/^::error.*?::(.*)$/gm)].at(-1)?.[1];
    return told === undefined ? `ended with exit code ${this.#code} and no message` : asWritten(told);
  }

  get exitCode(): number | null | undefined {
    return this.#code;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  #file(name: string): string {
    return readFileSync(join(this.#dir, name), 'utf8');
  }

  #hear(text: string): void {
    this.#log += text;
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#follow(line);
  }

  #follow(line: string): void {
    if (line.startsWith('::group::Building ')) this.#enter('building');
    const holder = /^Waiting .*?\bjob ([^\s,]+)/.exec(line)?.[1];
    if (holder !== undefined) this.#enter(`waiting for ${holder}`);
  }

  #end(code: number | null): void {
    this.#code = code;
    this.#seconds = (performance.now() - this.started) / 1000;
    this.#enter(code === 0 ? this.output('result') : code === 130 ? 'cancelled' : 'failed');
  }

  #enter(state: string): void {
    if (state === this.state) return;
    this.state = state;
    this.changes.push({ state, at: this.seconds });
    this.#onChange(this);
  }
}

/** Variables that a runner sets for each job. If the demo itself runs in a job, its own values must not be passed on. */
const RUNNERS = /^(?:ACTIONS|BUILD_ONCE|GITHUB|INPUT|RUNNER|STATE)_/i;

function environment(name: string, dir: string, cache: string, options: Options): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([variable]) => !RUNNERS.test(variable));
  return {
    ...Object.fromEntries(own),
    // By default npm retries for minutes if it cannot reach the registry.
    npm_config_fetch_retry_mintimeout: '1000',
    npm_config_fetch_retry_maxtimeout: '3000',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'demo/app',
    GITHUB_WORKFLOW: 'demo',
    GITHUB_JOB: name,
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_WORKSPACE: join(dir, 'workspace'),
    GITHUB_OUTPUT: join(dir, 'output'),
    GITHUB_STEP_SUMMARY: join(dir, 'summary'),
    GITHUB_ENV: join(dir, 'env'),
    GITHUB_PATH: join(dir, 'path'),
    RUNNER_NAME: name.replace('job', 'runner'),
    RUNNER_TEMP: join(dir, '_temp'),
    RUNNER_TOOL_CACHE: cache,
    INPUT_KEY: options.key,
    INPUT_RUN: options.run,
    'INPUT_ALLOW-EMPTY': 'true',
    'INPUT_WORKING-DIRECTORY': options.workingDirectory ?? '',
  };
}

/** Decodes the text of a workflow command, in which line feeds are escaped. */
function asWritten(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
