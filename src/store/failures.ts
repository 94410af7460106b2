import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../base/errors.ts';
import { isCount, isShowable, isWho, parseFields } from '../base/fields.ts';
import { shorten } from '../base/format.ts';
import { isToken } from '../base/key.ts';
import type { Who } from '../base/who.ts';
import { GONE, listFolder } from '../host/file-system.ts';
import { readShared } from '../host/read-shared.ts';
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

/** Most failures that are read. A build is given up after a few, and others may have put any number of files there. */
const MOST_READ = 1000;

/** The names of the records of earlier attempts that failed. None of them is read. */
export function failureNames({ failures }: EntryPaths): string[] {
  return listFolder(failures, GONE);
}

/**
 * How attempts at this key failed. A file that is no such record says nothing: a step must not fail at it.
 * @param known names that are passed over
 */
export function readFailures(paths: EntryPaths, known: ReadonlySet<string>): readonly Failure[] {
  return failureNames(paths)
    .filter((name) => !known.has(name))
    .slice(0, MOST_READ)
    .map((name) => readFailure(paths.failures, name))
    .filter((failure) => failure !== undefined);
}

/**
 * Leaves the reason for those who wait. Written before the lock is released, and read by those who claim after that, so
 * nobody relies on a half of it.
 * @throws the system's error
 */
export function leaveFailure({ failures }: EntryPaths, failure: Failure): void {
  writeFileSync(join(failures, `${failure.token}.json`), `${failureText(failure)}\n`, { flag: 'wx' });
}

/** A failure as text that {@link parseFailure} reads. */
export function failureText(failure: Failure): string {
  return JSON.stringify({ ...failure, reason: shorten(failure.reason, REASON_LENGTH) });
}

/** Most characters of a reason. It is shown in a sentence of another step. */
const REASON_LENGTH = 500;

function readFailure(dir: string, name: string): Failure | undefined {
  const token = name.replace(/\.json$/, '');
  const found = isToken(token) ? unless(GONE, () => readShared(join(dir, name))) : undefined;
  return found?.kind === 'text' ? parseFailure(found.text, token) : undefined;
}

/** @returns undefined for what is no record of the failure of that attempt */
export function parseFailure(text: string, token: string): Failure | undefined {
  const fields = parseFields(text);
  if (fields === undefined || fields.token !== token || !isWho(fields.who)) return undefined;
  const whole = isShowable(fields.reason) && isShowable(fields.at);
  return whole && (fields.exitCode === undefined || isCount(fields.exitCode))
    ? (fields as unknown as Failure)
    : undefined;
}
