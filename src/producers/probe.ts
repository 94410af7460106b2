import { OnceError } from '../base/errors.ts';
import { formatDuration } from '../base/format.ts';
import { newToken } from '../base/key.ts';
import { within } from '../base/wait.ts';
import { killProcessesOf, TOKEN_VARIABLE } from '../host/proc.ts';
import { searchPath } from '../host/search-path.ts';
import { findProgram, withoutPrivate } from './environment.ts';
import type { Surroundings } from './producer.ts';

export interface ProbeOptions {
  /** Milliseconds; 30,000 by default. */
  readonly timeoutMs?: number;
}

/** How a probe ended, and what it printed. */
export interface ProbeResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMIT_MS = 30_000;
const END_LIMIT_MS = 1000;

/**
 * Runs a program that prints a short answer and does not read its standard input. A program that takes long or writes into
 * a build needs a process tree (host/process.ts): this child stays in our own process group, and is found by a token of
 * its own if it has to be killed.
 *
 * No input is passed, because @actions/exec handles no errors of that pipe: a program that ended early would end this
 * process.
 *
 * @throws OnceError BAD_INPUT if the program is not on PATH; BUILD_FAILED if it gives no answer in time
 * @throws the signal's reason if aborted
 */
export async function probe(
  program: string,
  args: readonly string[],
  { env, signal }: Pick<Surroundings, 'env' | 'signal'>,
  { timeoutMs = LIMIT_MS }: ProbeOptions = {},
): Promise<ProbeResult> {
  signal.throwIfAborted();
  const file = requireProgram(program, env);
  const token = newToken();
  const { getExecOutput } = await import('@actions/exec');
  const answer = getExecOutput(`"${file}"`, [...args], {
    silent: true,
    ignoreReturnCode: true,
    env: definedOf({ ...withoutPrivate(env), [TOKEN_VARIABLE]: token }),
  });
  const result = await within(answer, timeoutMs, signal);
  if (result !== 'late') return result;
  killProcessesOf(token);
  const ended = answer.catch(() => {});
  await within(ended, END_LIMIT_MS);
  signal.throwIfAborted();
  const command = [program, args[0]].join(' ');
  throw new OnceError('BUILD_FAILED', `\`${command}\` gave no answer within ${formatDuration(timeoutMs)}.`);
}

/**
 * Full path of a program that a producer needs.
 * @throws OnceError BAD_INPUT if it is not on PATH
 */
function requireProgram(program: string, env: Surroundings['env']): string {
  const file = findProgram(program, env);
  if (file !== undefined) return file;
  throw new OnceError(
    'BAD_INPUT',
    `The program "${program}" is not on this runner: it was not found on PATH (${searchPath(env) ?? 'unset'}). Install it, or add its folder to PATH in an earlier step.`,
  );
}

function definedOf(env: Surroundings['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
