import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Jobs and what they wait for, for programs as well as for tests: nothing here knows vitest.

/** The bundle as a runner starts it. */
export const MAIN = join(import.meta.dirname, '../../dist/main.js');

export interface JobOptions {
  /** Shared root; becomes RUNNER_TOOL_CACHE. */
  readonly root: string;
  /** Inputs by their name in `action.yml`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Names the job, its runner and its folders. */
  readonly name?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Arguments for Node before the entry, such as `--import x`. */
  readonly nodeArgs?: readonly string[];
  /** A program to start Node with, such as `['unshare', '--pid']`. */
  readonly wrapper?: readonly string[];
  readonly entry?: string;
}

export interface JobEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

let jobs = 0;

/** A job of a runner: one process of the action with its own workspace, temporary folder, outputs and summary. */
export class Job {
  readonly name: string;
  readonly dir: string;
  readonly process: ChildProcess;
  readonly ended: Promise<JobEnd>;
  /** Everything it printed so far. */
  log = '';
  #listeners: (() => void)[] = [];

  /** @param parent an existing folder, for what is this job's own */
  constructor(options: JobOptions, parent: string) {
    this.name = options.name ?? `job-${++jobs}`;
    this.dir = mkdtempSync(join(parent, `${this.name}-`));
    for (const folder of ['_temp', 'workspace']) mkdirSync(join(this.dir, folder));
    for (const file of ['output', 'summary', 'env', 'path']) writeFileSync(join(this.dir, file), '');
    const [program = process.execPath, ...before] = [...(options.wrapper ?? []), process.execPath];
    const args = [...before, ...(options.nodeArgs ?? []), options.entry ?? MAIN];
    this.process = spawn(program, args, {
      cwd: this.workspace,
      env: this.#env(options),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    }
    this.ended = new Promise((resolve) => this.process.once('close', (code, signal) => resolve({ code, signal })));
    void this.ended.then(() => this.#hear(''));
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get workspace(): string {
    return join(this.dir, 'workspace');
  }

  get temp(): string {
    return join(this.dir, '_temp');
  }

  /** The step's outputs as the runner would read them. */
  get outputs(): Readonly<Record<string, string>> {
    const text = readFileSync(join(this.dir, 'output'), 'utf8');
    const found = text.matchAll(/^(.+?)<<(\S+)\n([\s\S]*?)\n\2$/gm);
    return Object.fromEntries([...found].map(([, name, , value]) => [name, value]));
  }

  get summary(): string {
    return readFileSync(join(this.dir, 'summary'), 'utf8');
  }

  /** What it appended to one of the runner's files. */
  file(name: 'env' | 'path'): string {
    return readFileSync(join(this.dir, name), 'utf8');
  }

  /** Waits until it printed `what`; fails when it ends without. */
  async said(what: string | RegExp): Promise<void> {
    const has = () => (typeof what === 'string' ? this.log.includes(what) : what.test(this.log));
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (!has()) {
      if (over) throw new Error(`${this.name} ended without saying ${what}:\n${this.log}`);
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  #env({ root, inputs, env }: JobOptions): NodeJS.ProcessEnv {
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    return {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'octo/tools',
      GITHUB_WORKFLOW: 'ci',
      GITHUB_JOB: this.name,
      GITHUB_RUN_ID: '4711',
      GITHUB_RUN_ATTEMPT: '1',
      RUNNER_NAME: `runner-${this.name}`,
      RUNNER_TOOL_CACHE: root,
      RUNNER_TEMP: this.temp,
      GITHUB_WORKSPACE: this.workspace,
      GITHUB_OUTPUT: join(this.dir, 'output'),
      GITHUB_STEP_SUMMARY: join(this.dir, 'summary'),
      GITHUB_ENV: join(this.dir, 'env'),
      GITHUB_PATH: join(this.dir, 'path'),
      ...Object.fromEntries(given),
      ...env,
    };
  }

  #hear(text: string): void {
    this.log += text;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }
}

export interface Gate {
  /** A line of shell that waits until the gate is open. */
  readonly wait: string;
  readonly file: string;
  /** Lets all of them through. */
  readonly open: () => void;
  readonly close: () => void;
}

/** Something that builds wait for, without polling; lives in `dir` until it is closed. */
export function gateIn(dir: string): Gate {
  const file = join(mkdtempSync(join(dir, 'gate-')), 'gate');
  execFileSync('mkfifo', [file]);
  // Held open for reading and writing, so that neither side ever blocks on the open itself.
  const handle = openSync(file, 'r+');
  const open = () => writeFileSync(handle, 'go\n'.repeat(100));
  return { wait: `read -r _ < '${file}'`, file, open, close: () => closeSync(handle) };
}

export interface Ledger {
  /** A line of shell that adds a line: the token of the build. */
  readonly note: string;
  readonly file: string;
  /** What was noted. */
  readonly lines: () => string[];
}

/** A file in `dir` to which each build appends a line. */
export function ledgerIn(dir: string): Ledger {
  const file = join(mkdtempSync(join(dir, 'ledger-')), 'ledger');
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
  return { note: `echo "$BUILD_ONCE_TOKEN" >> '${file}'`, file, lines };
}
