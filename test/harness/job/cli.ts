import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The command line as npm installs it. */
export const CLI = join(import.meta.dirname, '../../../dist/cli.js');

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Arguments for Node before the program, such as `--import x`. */
  readonly nodeArgs?: readonly string[];
  /** A program to start Node with. */
  readonly wrapper?: readonly string[];
}

export interface CliEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that was started; one that still runs when the test ends is killed. */
export function startCli(args: readonly string[], { env, nodeArgs = [], wrapper = [] }: CliOptions = {}) {
  const [program = '', ...rest] = [...wrapper, process.execPath, ...nodeArgs, CLI, ...args];
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: endOf(child) };
}

export function runCli(args: readonly string[], options?: CliOptions): Promise<CliEnd> {
  return startCli(args, options).ended;
}

function endOf(child: ChildProcess): Promise<CliEnd> {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
