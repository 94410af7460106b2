import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempDir } from './job.ts';

/** Something that a script tells the test: `give` is a line of shell, `given` resolves when it was reached the first time. */
export function signal(): { readonly give: string; readonly given: Promise<void> } {
  const fifo = join(tempDir(), 'signal');
  execFileSync('mkfifo', [fifo]);
  const reader = spawn('head', ['-n', '1', fifo]);
  onTestFinished(() => void reader.kill('SIGKILL'));
  // Whoever comes later finds no reader; opened for both, that does not block either.
  return { give: `echo here 1<> '${fifo}'`, given: once(reader, 'exit').then(() => {}) };
}
