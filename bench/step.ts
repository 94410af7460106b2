import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from './measure.ts';

const MAIN = join(import.meta.dirname, '../dist/main.js');

export type Inputs = Readonly<Record<string, string>>;

/** A job with a folder of its own, in which a step of the action is started as a runner does it. */
export class Step {
  readonly dir: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param root the shared cache; the folder of the job is made beside it */
  constructor(root: string, name: string, inputs: Inputs) {
    this.dir = join(root, '..', 'jobs', name);
    for (const folder of ['_temp', 'workspace']) mkdirSync(join(this.dir, folder), { recursive: true });
    for (const file of ['output', 'summary', 'env', 'path', 'state']) writeFileSync(join(this.dir, file), '');
    this.#env = environment(root, name, this.dir, inputs);
  }

  /** The command of the step, for a measurement of the whole process. */
  run(nodeArgs: readonly string[] = [], inputs: Inputs = {}): Run {
    const env = { ...this.#env, ...asVariables(inputs) };
    return { args: [process.execPath, ...nodeArgs, MAIN], env };
  }

  /** Starts the step. Its standard output is a pipe. */
  start(): ChildProcess {
    return spawn(process.execPath, [MAIN], {
      cwd: join(this.dir, 'workspace'),
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** When the outputs were written, in ms by the clock of the file system. */
  get answeredAt(): number {
    return statSync(join(this.dir, 'output')).mtimeMs;
  }
}

/** Resolves when the process has printed `text`. Rejects if the process ends without it. */
export function said(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if (log.includes(text)) resolve();
    });
    child.once('close', () => reject(new Error(`a step ended without saying "${text}":\n${log}`)));
  });
}

export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (code: number | null) => (code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`)));
    if (child.exitCode !== null) end(child.exitCode);
    else child.once('close', end);
  });
}

/** A gate at which a build waits without using the processor. `wait` is a line of shell; `open` lets one build through. */
export function gate(dir: string): { readonly wait: string; readonly open: () => void } {
  const fifo = join(dir, 'gate');
  execFileSync('mkfifo', [fifo]);
  // This process keeps the fifo open for reading and writing, so that no side blocks when it opens the fifo.
  const handle = openSync(fifo, 'r+');
  return { wait: `read -r _ < '${fifo}'`, open: () => writeFileSync(handle, 'go\n') };
}

function environment(root: string, name: string, dir: string, inputs: Inputs): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'octo/tools',
    GITHUB_WORKFLOW: 'bench',
    GITHUB_JOB: name,
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_WORKSPACE: join(dir, 'workspace'),
    GITHUB_OUTPUT: join(dir, 'output'),
    GITHUB_STEP_SUMMARY: join(dir, 'summary'),
    GITHUB_ENV: join(dir, 'env'),
    GITHUB_PATH: join(dir, 'path'),
    GITHUB_STATE: join(dir, 'state'),
    RUNNER_NAME: name,
    RUNNER_TEMP: join(dir, '_temp'),
    RUNNER_TOOL_CACHE: root,
    ...asVariables(inputs),
  };
}

function asVariables(inputs: Inputs): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}
