import { OnceError } from '../base/errors.ts';
import { asStep, beginLifetime, internal, type Lifetime, leave, type Manner } from './lifetime.ts';

/**
 * Runs a step and exits. An error that the step throws is reported here.
 * @param action resolves to the error that the step failed with and has reported itself
 */
export async function runToEnd(
  action: (lifetime: Lifetime) => Promise<OnceError | undefined>,
  manner: Manner = asStep,
): Promise<never> {
  const { exitCodeOf } = manner;
  const lifetime = beginLifetime(manner);
  // The event loop is empty, but the step has not ended: without this the process would exit with 0.
  process.once('beforeExit', () => {
    const error = reported(lifetime.signal.reason ?? new Error('it waits for something that cannot happen'), manner);
    process.exit(exitCodeOf(error));
  });
  let error: OnceError | undefined;
  try {
    error = await action(lifetime);
  } catch (caught) {
    error = reported(caught, manner);
  }
  const code = error === undefined ? 0 : exitCodeOf(error);
  if (lifetime.signal.aborted) await leave(code);
  process.exit(code);
}

function reported(caught: unknown, { tell }: Manner): OnceError {
  const error = caught instanceof OnceError ? caught : internal(caught);
  tell(error.message);
  return error;
}
