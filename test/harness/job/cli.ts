import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';

/** The command line as npm installs it. */
export const CLI = join(import.meta.dirname, '../../../dist/cli.js');

export interface CliOptions {
  readonly cwd?: string;
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
export function startCli(args: readonly string[], { cwd, env, nodeArgs = [], wrapper = [] }: CliOptions = {}) {
  const [program = '', ...rest] = [...wrapper, process.execPath, ...nodeArgs, CLI, ...args];
  const child = spawn(program, rest, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const told = { out: textOf(child.stdout), err: textOf(child.stderr) };
  const ended = new Promise<CliEnd>((resolve) =>
    child.once('close', (code) => resolve({ code, out: told.out.text, err: told.err.text })),
  );
  /** Resolves when it has printed `what` on standard error; rejects when it ends without. */
  const said = (what: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => (told.err.text.includes(what) ? resolve() : undefined);
      look();
      child.stderr.on('data', look);
      void ended.then(({ err }) => reject(new Error(`it ended without saying ${what}:\n${err}`)));
    });
  return { child, ended, said };
}

export function runCli(args: readonly string[], options?: CliOptions): Promise<CliEnd> {
  return startCli(args, options).ended;
}

/** What comes through a pipe, up to now. */
function textOf(stream: Readable): { readonly text: string } {
  const heard = { text: '' };
  stream.setEncoding('utf8').on('data', (more: string) => {
    heard.text += more;
  });
  return heard;
}
