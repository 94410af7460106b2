import { OnceError } from '../base/errors.ts';
import { beginLifetime, exitCodeOf, internal, type Lifetime } from './lifetime.ts';
import { reportError } from './report/reporter.ts';

/**
 * Runs a step to its end and exits: the one place where an error that nobody has told yet is told.
 * @param action resolves to the error that the step failed with, told already
 */
export async function runToEnd(action: (lifetime: Lifetime) => Promise<OnceError | undefined>): Promise<never> {
  const lifetime = beginLifetime();
  // Nothing is left that could go on, and yet the step is not done: an end that nobody brought about is no success.
  process.once('beforeExit', () => fail(lifetime.signal.reason ?? new Error('it waits for nothing')));
  try {
    const error = await action(lifetime);
    process.exit(error === undefined ? 0 : exitCodeOf(error));
  } catch (caught) {
    fail(caught);
  }
}

/** Ends the step with an error that nobody has told yet. */
function fail(caught: unknown): never {
  const error = caught instanceof OnceError ? caught : internal(caught);
  reportError(error.message);
  process.exit(exitCodeOf(error));
}
