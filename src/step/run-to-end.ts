import { OnceError } from '../base/errors.ts';
import { beginLifetime, exitCodeOf, internal, type Lifetime, leave } from './lifetime.ts';
import { reportError } from './report/reporter.ts';

/**
 * Runs a step and exits. An error that the step throws is reported here.
 * @param action resolves to the error that the step failed with and has reported itself
 */
export async function runToEnd(action: (lifetime: Lifetime) => Promise<OnceError | undefined>): Promise<never> {
  const lifetime = beginLifetime();
  // The event loop is empty, but the step has not ended: without this the process would exit with 0.
  process.once('beforeExit', () =>
    fail(lifetime.signal.reason ?? new Error('it waits for something that cannot happen')),
  );
  try {
    const error = await action(lifetime);
    const code = error === undefined ? 0 : exitCodeOf(error);
    if (lifetime.signal.aborted) await leave(code);
    process.exit(code);
  } catch (caught) {
    fail(caught);
  }
}

/** Reports an error and exits. */
function fail(caught: unknown): never {
  const error = caught instanceof OnceError ? caught : internal(caught);
  reportError(error.message);
  process.exit(exitCodeOf(error));
}
