import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// Jobs and what they wait for, for programs as well as for tests: nothing here knows vitest.

/** The bundle as a runner starts it. */
export const MAIN = join(import.meta.dirname, '../../../dist/main.js');
/** The steps around other steps, and the end of the job for the first of them. */
export const CLAIM = join(import.meta.dirname, '../../../dist/guard/claim.js');
export const PUBLISH = join(import.meta.dirname, '../../../dist/guard/publish.js');
export const CLAIM_POST = join(import.meta.dirname, '../../../dist/guard/claim-post.js');

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
  /** A step before it in the same job, whose folders are its own too. */
  readonly after?: Job;
  /** It is the post of `after`, and is handed what that saved. */
  readonly post?: boolean;
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
  /** The runner's files for this step. */
  readonly #files: string;
  #listeners: (() => void)[] = [];

  /** @param parent an existing folder, for what is this job's own */
  constructor(options: JobOptions, parent: string) {
    const { after } = options;
    this.name = after?.name ?? options.name ?? `job-${++jobs}`;
    this.dir = after?.dir ?? mkdtempSync(join(parent, `${this.name}-`));
    if (after === undefined) for (const folder of ['_temp', 'workspace']) mkdirSync(join(this.dir, folder));
    this.#files = after === undefined ? this.dir : mkdtempSync(join(this.dir, 'step-'));
    for (const file of ['output', 'summary', 'env', 'path', 'state']) writeFileSync(join(this.#files, file), '');
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

  /** In the environment of all that the job starts; the runner ends what still has it when the job ends. */
  get trackingId(): string {
    return `github_${basename(this.dir)}`;
  }

  get workspace(): string {
    return join(this.dir, 'workspace');
  }

  get temp(): string {
    return join(this.dir, '_temp');
  }

  /** The step's outputs as the runner would read them. */
  get outputs(): Readonly<Record<string, string>> {
    return valuesOf(readFileSync(join(this.#files, 'output'), 'utf8'));
  }

  /** What it saved for its own post. */
  get state(): Readonly<Record<string, string>> {
    return valuesOf(readFileSync(join(this.#files, 'state'), 'utf8'));
  }

  get summary(): string {
    return readFileSync(join(this.#files, 'summary'), 'utf8');
  }

  /** What it appended to one of the runner's files. */
  file(name: 'env' | 'path'): string {
    return readFileSync(join(this.#files, name), 'utf8');
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

  #env({ root, inputs, env, after, post }: JobOptions): NodeJS.ProcessEnv {
    const saved = Object.entries((post && after?.state) || {}).map(([name, value]) => [`STATE_${name}`, value]);
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
      RUNNER_TRACKING_ID: this.trackingId,
      GITHUB_OUTPUT: join(this.#files, 'output'),
      GITHUB_STATE: join(this.#files, 'state'),
      GITHUB_STEP_SUMMARY: join(this.#files, 'summary'),
      GITHUB_ENV: join(this.#files, 'env'),
      GITHUB_PATH: join(this.#files, 'path'),
      ...Object.fromEntries(saved),
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

function valuesOf(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/^(.+?)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...found].map(([, name, , value]) => [name, value]));
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
