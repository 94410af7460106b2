import { beforeEach } from 'vitest';

/**
 * Skips the tests of this file, or of the `describe` that it is called in, on another system, and says why.
 *
 * @param what that the other systems lack; continues "needs"
 */
export function needs(system: 'linux' | 'posix', what: string): void {
  const here = system === 'linux' ? process.platform === 'linux' : process.platform !== 'win32';
  beforeEach(({ skip }) => skip(!here, `needs ${what}`));
}
