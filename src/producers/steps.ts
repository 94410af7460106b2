import { OnceError } from '../base/errors.ts';
import { formatDuration, shorten } from '../base/format.ts';
import { within } from '../base/wait.ts';
import type { Attempt, MadeBySteps, Producer } from './producer.ts';
import { fingerprintOf } from './spec.ts';

/** The producer of `claim`: it waits while other steps of the job make the artifact. */
export function stepsProducer(): Producer {
  return {
    name: 'steps',
    fingerprint: fingerprintOf({ name: 'steps', spec: {} }),
    produce: (attempt) => waitForSteps(attempt),
  };
}

/**
 * Resolves when the steps are done.
 * @throws OnceError BUILD_FAILED if the job failed, or took longer than `timeoutMs`; the signal's reason if aborted
 */
export async function waitForSteps({ key, steps, signal, timeoutMs }: Attempt): Promise<MadeBySteps> {
  if (steps === undefined) throw new OnceError('BAD_INPUT', `Nothing builds "${shorten(key)}" here: use \`claim\`.`);
  const made = await within(steps(), timeoutMs, signal);
  if (made !== 'late') return made;
  signal.throwIfAborted();
  throw new OnceError(
    'BUILD_FAILED',
    `"${shorten(key)}" was not published within claim-limit (${formatDuration(timeoutMs)}) of its claim, and its build was removed. The steps hang, or need more time: then raise \`claim-limit\`.`,
  );
}
