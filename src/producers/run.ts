import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { OnceError, unless } from '../base/errors.ts';
import { formatDuration, shorten } from '../base/format.ts';
import type { TreeEnd, TreeOptions } from '../host/process.ts';
import { type CommandResult, type RunnerFile, runCommand } from './command.ts';
import type { Attempt, Producer, Product } from './producer.ts';
import { type CommandSpec, fingerprintOf, type RunSpec } from './spec.ts';
import { Tail } from './tail.ts';

/** The producer that runs the script of the input `run`. */
export function runProducer(spec: RunSpec): Producer {
  return {
    name: 'run',
    fingerprint: fingerprintOf({ name: 'run', spec }),
    produce: (attempt) => produce(spec, attempt),
  };
}

async function produce(spec: RunSpec, attempt: Attempt): Promise<Product> {
  const startedAt = Date.now();
  const product = await runScript(spec, attempt);
  if (!spec.allowEmpty && isEmpty(attempt.out)) {
    throw (await import('./left-nothing.ts')).leftNothing(spec, attempt, startedAt);
  }
  return product;
}

/** Where the folder is gone, whoever publishes says so. */
function isEmpty(folder: string): boolean {
  return unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => readdirSync(folder).length === 0) ?? false;
}

/**
 * Runs the script of a build, whatever it leaves.
 * @throws OnceError as {@link runLogged}; the signal's reason if aborted
 */
export async function runScript(spec: CommandSpec, attempt: Attempt): Promise<Product> {
  const title = `Building ${shorten(attempt.key)}`;
  const { identity } = await runLogged(title, attempt, (onOutput) => runCommand(spec, { ...attempt, onOutput }));
  return { identity };
}

/**
 * Runs a command of a build and shows its output in a group of the log. If it fails, the last lines follow the group.
 * @param what the subject of error messages
 * @throws OnceError BUILD_FAILED if it failed or took too long; the signal's reason if aborted
 */
export async function runLogged(
  title: string,
  attempt: Attempt,
  run: (onOutput: TreeOptions['onOutput']) => Promise<CommandResult>,
  what = `The build of "${shorten(attempt.key)}"`,
): Promise<CommandResult> {
  attempt.signal.throwIfAborted();
  const tail = new Tail();
  const result = await inGroup(title, attempt, tail, run);
  warnOfLeftovers(result.ending, attempt);
  attempt.signal.throwIfAborted();
  const error = failureOf(result, what, attempt);
  if (error === undefined) return result;
  if (succeeded(result.ending)) throw error;
  const lines = tail.lines();
  repeatLines(lines, attempt);
  const { causesOf } = await import('./causes.ts');
  throw withCauses(error, causesOf(lines, attempt));
}

async function inGroup<T>(
  title: string,
  { reporter }: Attempt,
  tail: Tail,
  action: (onOutput: TreeOptions['onOutput']) => Promise<T>,
): Promise<T> {
  reporter.openGroup(title);
  try {
    return await action((chunk) => {
      tail.push(chunk);
      reporter.output(chunk);
    });
  } finally {
    // The runner recognises the end of the group only at the start of a line.
    if (!tail.endsLine) reporter.output(Buffer.from('\n'));
    reporter.closeGroup();
  }
}

function withCauses(error: OnceError, causes: readonly string[]): OnceError {
  if (causes.length === 0) return error;
  return new OnceError(error.code, [error.message, ...causes].join(' '), { exitCode: error.exitCode });
}

function repeatLines(lines: readonly string[], { reporter }: Attempt): void {
  if (lines.length === 0) return;
  reporter.info('The last lines of the build:');
  for (const line of lines) reporter.info(stripVTControlCharacters(line));
}

function warnOfLeftovers({ leftBehind, stuck }: TreeEnd, { key, reporter }: Attempt): void {
  const build = `The build of "${shorten(key)}"`;
  if (stuck.length > 0) reporter.warn(`${build} left processes that cannot be ended: pid ${stuck.join(', ')}.`);
  if (stuck.length > 0 || leftBehind === 0) return;
  const [some, they] = leftBehind === 1 ? ['a process', 'It was'] : [`${leftBehind} processes`, 'They were'];
  reporter.warn(
    `${build} left ${some} running. ${they} ended, since nothing may change a build that others use: let the script wait for what it starts, and stop its daemons.`,
  );
}

function succeeded({ exitCode, stopped }: TreeEnd): boolean {
  return exitCode === 0 && stopped === undefined;
}

function failureOf({ ending, exported }: CommandResult, build: string, { timeoutMs }: Attempt): OnceError | undefined {
  if (!succeeded(ending)) {
    const exitCode = ending.stopped === undefined ? exitCodeOf(ending) : undefined;
    return new OnceError('BUILD_FAILED', `${build} ${whyFailed(ending, timeoutMs)}.`, { exitCode });
  }
  if (ending.stuck.length > 0) {
    return new OnceError(
      'BUILD_FAILED',
      `${build} left processes that cannot be ended, perhaps another user's (sudo). They may still write to it: let the script stop them.`,
    );
  }
  if (exported.length === 0) return undefined;
  return new OnceError(
    'BUILD_FAILED',
    [`${build} set variables only this job would see.`, ...exported.map(advice)].join(' '),
  );
}

function whyFailed(ending: TreeEnd, timeoutMs: number): string {
  if (ending.stopped !== undefined)
    return `took longer than build-timeout (${formatDuration(timeoutMs)}) and was ended`;
  if (ending.killedBy !== undefined) return `was killed by ${ending.killedBy}${hints[ending.killedBy] ?? ''}`;
  return `failed with exit code ${ending.exitCode}${hints[`${ending.exitCode}`] ?? ''}`;
}

const outOfMemory = ' (as the kernel does when memory runs out)';
const hints: Readonly<Record<string, string>> = {
  SIGKILL: outOfMemory,
  126: ' (a command that may not be executed)',
  127: ' (a command that was not found)',
  137: outOfMemory,
};

/** After a signal, the exit code that a shell reports. */
function exitCodeOf({ exitCode, killedBy }: TreeEnd): number | undefined {
  return exitCode ?? (killedBy && 128 + constants.signals[killedBy]);
}

const alternatives: Readonly<Record<RunnerFile, string>> = {
  GITHUB_ENV: 'set variables with the input `export-env`',
  GITHUB_PATH: 'put folders on PATH with the input `add-path`',
  GITHUB_OUTPUT: 'say what it is in the file $BUILD_ONCE_IDENTITY, which becomes the output `identity` of this step',
};

function advice(file: RunnerFile): string {
  return `It wrote to ${file}, which the jobs that reuse the build would never see: ${alternatives[file]}.`;
}
