import { appendFileSync } from 'node:fs';
import { messageOf, OnceError } from '../base/errors.ts';
import type { RunnerCommands } from './deliver.ts';
import type { Env } from './inputs.ts';

/**
 * What the steps after this one are to have. It is a line or two of text, and not from `@actions/core`, which loads
 * `node:crypto` to name its delimiters: 3 ms of a hit with `add-path`.
 */
export function runnerFiles(env: Env): RunnerCommands {
  return {
    addPath: (dir) => tellRunner(env, 'GITHUB_PATH', `${dir}\n`),
    exportVariable: (name, value) => tellRunner(env, 'GITHUB_ENV', assignments({ [name]: value })),
  };
}

/**
 * Appends to a file that the runner reads after the step. Outside of a runner there is none, and nobody to tell.
 * @throws OnceError DELIVERY_FAILED
 */
export function tellRunner(env: Env, variable: 'GITHUB_OUTPUT' | 'GITHUB_PATH' | 'GITHUB_ENV', text: string): void {
  const file = env[variable];
  if (!file) return;
  try {
    appendFileSync(file, text);
  } catch (error) {
    // What was built is published all the same; but the steps after this one would lack what they need.
    const why = `${variable} cannot be written: ${messageOf(error)}. Look at the disk of this runner`;
    throw new OnceError('DELIVERY_FAILED', `${why}. The shared cache is in order.`, { cause: error });
  }
}

/** Names and values as the runner reads them from GITHUB_OUTPUT and GITHUB_ENV, to be written in one piece. */
export function assignments(values: Readonly<Record<string, string>>): string {
  let delimiter = 'build-once';
  // Whatever a key or an identity holds, it must not be able to end its own value and begin another one.
  while (Object.values(values).some((value) => value.includes(delimiter))) delimiter += '-';
  return Object.entries(values)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}
