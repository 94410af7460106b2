import { spawnSync } from 'node:child_process';
import { beforeEach } from 'vitest';

/** Whether system calls can be watched and held up. */
export const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
/** For the name of a test that needs it. */
export const needsTrace = canTrace ? '' : ' (skipped: strace is missing, or this user may not trace)';

/** Why tests that need a terminal are skipped, for their title: `script` of util-linux runs a program on one of its own. */
export const noTerminal =
  spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: ['ignore', 'ignore', 'ignore'] }).status === 0
    ? ''
    : ' (skipped: no program `script` of util-linux)';

/** Why tests of `shell: python` are skipped, for their title; empty: they run. Debian has `python3` alone. */
export const noPython = spawnSync('python', ['--version']).status === 0 ? '' : ' (skipped: no program `python`)';

/**
 * Skips the tests of this file, or of the `describe` that it is called in, on another system, and says why.
 *
 * @param what that the other systems lack; continues "needs"
 */
export function needs(system: 'linux' | 'posix', what: string): void {
  const here = system === 'linux' ? process.platform === 'linux' : process.platform !== 'win32';
  beforeEach(({ skip }) => skip(!here, `needs ${what}`));
}
