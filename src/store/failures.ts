import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../base/errors.ts';
import { isToken } from '../base/key.ts';
import type { Who } from '../base/who.ts';
import { textOf } from '../host/read-shared.ts';
import type { EntryPaths } from './layout.ts';

/** How an attempt failed, for those who wait: numbers and links, never a line of output. */
export interface Failure {
  readonly format: 1;
  readonly token: string;
  /** One line in our own words, such as "exit code 7". */
  readonly reason: string;
  readonly exitCode: number | undefined;
  readonly who: Who;
  /** ISO 8601, by the clock of the one that failed. */
  readonly at: string;
}

const GONE = ['ENOENT', 'ENOTDIR', 'ESTALE'];

/** How earlier attempts at this key failed. What cannot be read says nothing: a step must not stumble over it. */
export function readFailures({ failures }: EntryPaths): readonly Failure[] {
  const names = unless(GONE, () => readdirSync(failures)) ?? [];
  return names.map((name) => readFailure(failures, name)).filter((failure) => failure !== undefined);
}

/**
 * Leaves the reason for those who wait. Written before the lock is released, and read by those who claim after that, so
 * nobody relies on a half of it.
 * @throws the system's error
 */
export function leaveFailure({ failures }: EntryPaths, failure: Failure): void {
  writeFileSync(join(failures, `${failure.token}.json`), `${JSON.stringify(failure)}\n`, { flag: 'wx' });
}

function readFailure(dir: string, name: string): Failure | undefined {
  const token = name.slice(0, 12);
  const text = isToken(token) && name === `${token}.json` ? textOf(join(dir, name)) : undefined;
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Failure;
    const whole = value.token === token && [value.reason, value.at].every((each) => typeof each === 'string');
    return whole && typeof value.who === 'object' && value.who !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
