import { lstatSync, renameSync, type Stats } from 'node:fs';
import { HELD_OPEN, systemCode } from '../base/errors.ts';
import { pauseSync, RETRY_PAUSES_MS } from '../base/wait.ts';

/** Handed in by tests, which cannot make another system refuse. */
export interface RenameCalls {
  readonly rename: (from: string, to: string) => void;
  readonly pause: (ms: number) => void;
}

const real: RenameCalls = {
  rename: renameSync,
  pause: pauseSync,
};

/**
 * A rename where others may have just opened what is renamed, as they do on Windows: scanners, indexers, backups. What
 * is in the way is told at once and as elsewhere, by EEXIST: waiting would not help, and who was faster is no trouble.
 *
 * @throws the system's error, after 2 s where it is one of somebody holding a file open
 */
export function renameOnWindows(from: string, to: string, calls = real): void {
  for (const pauseMs of [...RETRY_PAUSES_MS, undefined]) {
    try {
      calls.rename(from, to);
      return;
    } catch (error) {
      if (!HELD_OPEN.includes(systemCode(error) ?? '')) throw error;
      // Windows says the same where something is in the way.
      if (isInTheWay(at(to), at(from))) throw Object.assign(error as Error, { code: 'EEXIST' });
      if (pauseMs === undefined) throw error;
      calls.pause(pauseMs);
    }
  }
}

/** A rename replaces only a file, and only by a file. */
function isInTheWay(there: Stats | undefined, moved: Stats | undefined): boolean {
  return there !== undefined && moved !== undefined && !(there.isFile() && moved.isFile());
}

/** undefined also where it cannot be told now: on Windows what is being deleted can be neither seen nor replaced. */
function at(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** `renameSync`, which on Windows needs patience. */
export function rename(from: string, to: string): void {
  if (process.platform === 'win32') renameOnWindows(from, to);
  else renameSync(from, to);
}
