import { closeSync, mkdtempSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OnceError, unless } from '../base/errors.ts';
import { inOneLine, shorten } from '../base/format.ts';
import { TOKEN_VARIABLE, WITHIN_VARIABLE } from '../host/proc.ts';
import { type Command, runTree, type TreeEnd, type TreeOptions } from '../host/process.ts';
import { findProgram, withoutPrivate } from './environment.ts';
import type { Environment } from './producer.ts';
import { shellFor } from './shell.ts';
import type { CommandSpec } from './spec.ts';

/** What a command of the user runs with. */
export interface CommandOptions extends TreeOptions {
  readonly key: string;
  readonly out: string;
  /** `<id>/<token>` of every attempt it runs inside of; undefined: as in `env`. */
  readonly within?: readonly string[];
  /** A private folder; exists, removed by the caller. */
  readonly scratch: string;
  /** The job's environment as the runner gave it. */
  readonly env: Environment;
}

/** How a command ended, and what it wrote to files of ours. */
export interface CommandResult {
  readonly ending: TreeEnd;
  /** First line of the file $BUILD_ONCE_IDENTITY, at most 200 characters; undefined if empty. */
  readonly identity: string | undefined;
  /** Which of GITHUB_ENV, GITHUB_PATH and GITHUB_OUTPUT it wrote to. */
  readonly exported: readonly RunnerFile[];
}

/** Files of the runner that affect only the job that builds. The script gets empty scratch files in their place. */
const RUNNER_FILES = ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_OUTPUT'] as const;
export type RunnerFile = (typeof RUNNER_FILES)[number];

const IDENTITY_LENGTH = 200;
const windows = process.platform === 'win32';

/**
 * Runs the user's script from a file, or the user's program, as a process tree of its own, in an environment without
 * private variables.
 * @returns how it ended, also if it was aborted while it ran
 * @throws OnceError BAD_INPUT if the working directory or the shell is missing on this machine, or if the script has line
 * ends that its shell does not know
 * @throws the signal's reason if it had aborted before the start
 */
export async function runCommand(spec: CommandSpec, options: CommandOptions): Promise<CommandResult> {
  options.signal.throwIfAborted();
  requireFolder(spec);
  const own = mkdtempSync(join(options.scratch, 'run-'));
  const env = buildEnvironment(options, own);
  const program = spec.argv === undefined ? scripted(spec, own, options) : programOf(spec.argv);
  const ending = await runTree({ ...program, cwd: spec.workingDirectory, env }, options);
  return { ending, identity: readIdentity(own), exported: RUNNER_FILES.filter((name) => sizeOf(join(own, name)) > 0) };
}

type Program = Pick<Command, 'file' | 'args' | 'verbatim'>;

function programOf([file = '', ...args]: readonly string[]): Program {
  return { file, args };
}

/** The shell, with the script in a file of `folder`. */
function scripted(spec: CommandSpec, folder: string, { env }: CommandOptions): Program {
  const shell = shellFor(spec.shell, { windows, has: (program) => findProgram(program, env) !== undefined });
  if (shell.isPosix) refuseCarriageReturns(spec);
  const script = join(folder, `script${shell.extension}`);
  // Readable by this user only: the workflow may have put secrets into the script.
  writeFileSync(script, shell.prepare(spec.script), { mode: 0o600 });
  return { file: shell.program, verbatim: shell.verbatim, args: shell.argumentsFor(script) };
}

/** A shell would make files whose names end with a carriage return, and succeed. */
function refuseCarriageReturns({ script }: CommandSpec): void {
  const line = script.split('\n').findIndex((each) => each.endsWith('\r'));
  if (line < 0) return;
  throw new OnceError(
    'BAD_INPUT',
    `The script has the line ends of Windows (CRLF), first in line ${line + 1}, and its shell takes the carriage return for a part of each word. Save what it comes from with LF, or set \`shell\` to one that knows them.`,
  );
}

function requireFolder({ workingDirectory, workingDirectoryAsWritten }: CommandSpec): void {
  const found = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => statSync(workingDirectory));
  if (found?.isDirectory()) return;
  const what =
    workingDirectoryAsWritten === ''
      ? `The workspace ${workingDirectory} is not a folder`
      : `working-directory: "${shorten(workingDirectoryAsWritten)}" is not a folder here (${workingDirectory})`;
  throw new OnceError('BAD_INPUT', `${what}. Check it out or create it in an earlier step, or name another one.`);
}

function buildEnvironment(options: CommandOptions, own: string): Environment {
  const { env, key, out, token, within } = options;
  return {
    ...withoutPrivate(env),
    ...Object.fromEntries(RUNNER_FILES.map((name) => [name, emptyFile(own, name)])),
    BUILD_ONCE_OUT: out,
    BUILD_ONCE_KEY: key,
    BUILD_ONCE_IDENTITY: emptyFile(own, 'identity'),
    [TOKEN_VARIABLE]: token,
    ...(within && { [WITHIN_VARIABLE]: within.join(',') }),
  };
}

function emptyFile(folder: string, name: string): string {
  const file = join(folder, name);
  writeFileSync(file, '');
  return file;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readIdentity(own: string): string | undefined {
  const file = join(own, 'identity');
  // The script may have replaced the file: reading a pipe would never end.
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const line = readStart(file, 8 * IDENTITY_LENGTH).split(/\r\n|\r|\n/, 1)[0] ?? '';
  const visible = inOneLine(line, '').trim();
  return [...visible].slice(0, IDENTITY_LENGTH).join('') || undefined;
}

function readStart(file: string, bytes: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}
