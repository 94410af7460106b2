import { OnceError } from '../base/errors.ts';
import { formatDuration } from '../base/format.ts';
import { newToken } from '../base/key.ts';
import { within } from '../base/wait.ts';
import { killProcessesOf, TOKEN_VARIABLE } from '../host/proc.ts';
import { searchPath } from '../host/search-path.ts';
import { findProgram, withoutPrivate } from './environment.ts';
import type { Surroundings } from './producer.ts';

export interface ProbeOptions {
  /** Milliseconds, 30,000 unless told. */
  readonly timeoutMs?: number;
}

/** How a probe ended and what it printed. */
export interface Probed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMIT_MS = 30_000;
const END_LIMIT_MS = 1000;

/**
 * Asks a program something that it answers at once and without reading its standard input: @actions/exec writes there
 * with nobody to hear when the program has ended before, and that would end our process. What takes long, or writes into
 * a build, is a tree of base/process.ts: here the child is in our own group, and is found by a token of its own when it
 * has to be ended.
 *
 * @throws OnceError BAD_INPUT when there is no such program on PATH; BUILD_FAILED when there was no answer in time
 * @throws the signal's reason when aborted
 */
export async function probe(
  program: string,
  args: readonly string[],
  { env, signal }: Pick<Surroundings, 'env' | 'signal'>,
  { timeoutMs = LIMIT_MS }: ProbeOptions = {},
): Promise<Probed> {
  signal.throwIfAborted();
  const file = requireProgram(program, env);
  const token = newToken();
  const { getExecOutput } = await import('@actions/exec');
  const answer = getExecOutput(`"${file}"`, [...args], {
    silent: true,
    ignoreReturnCode: true,
    env: definedOf({ ...withoutPrivate(env), [TOKEN_VARIABLE]: token }),
  });
  const first = await within(answer, timeoutMs, signal);
  if (first !== undefined) return first;
  killProcessesOf(token);
  await within(
    answer.catch(() => {}),
    END_LIMIT_MS,
  );
  signal.throwIfAborted();
  const asked = [program, args[0]].join(' ');
  throw new OnceError('BUILD_FAILED', `\`${asked}\` gave no answer within ${formatDuration(timeoutMs)}.`);
}

/**
 * Full path of a program that a producer needs.
 * @throws OnceError BAD_INPUT when PATH has none
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
