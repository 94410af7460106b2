import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../job/job.ts';

export const HOUR = 3_600_000;

/** A wall clock that is off, for a process of its own. */
export interface Clock {
  /** How to start a process with it. */
  readonly options: { readonly nodeArgs: readonly string[]; readonly env: Readonly<Record<string, string>> };
  /** From now on it is off by so many milliseconds. */
  jumpTo(ms: number): void;
}

/** A clock that is `ms` ahead, or behind where that is negative. */
export function clock(ms: number): Clock {
  const file = join(tempDir(), 'clock');
  const jumpTo = (by: number) => {
    // By a rename: whoever reads it must not find it empty.
    writeFileSync(`${file}.new`, String(by));
    renameSync(`${file}.new`, file);
  };
  jumpTo(ms);
  const shim = join(import.meta.dirname, 'clock-shim.ts');
  return { options: { nodeArgs: ['--import', shim], env: { TEST_CLOCK: file } }, jumpTo };
}
