import { OnceError } from '../base/errors.ts';
import { formatDuration, shorten } from '../base/format.ts';
import { sleep } from '../base/wait.ts';
import type { Attempt, MadeBySteps, Producer } from './producer.ts';
import { fingerprintOf } from './spec.ts';

/** What other steps of the job make, between `claim` and `publish`: this one only waits for them. */
export function stepsProducer(): Producer {
  return {
    name: 'steps',
    fingerprint: fingerprintOf({ name: 'steps', spec: {} }),
    produce: (attempt) => waitForSteps(attempt),
  };
}

/**
 * Resolves when the steps are done.
 * @throws OnceError BUILD_FAILED when the job failed, or took longer than `timeoutMs`; the signal's reason when aborted
 */
export async function waitForSteps({ key, steps, signal, timeoutMs }: Attempt): Promise<MadeBySteps> {
  if (steps === undefined) throw new OnceError('BAD_INPUT', `Nothing makes "${shorten(key)}" here: use \`claim\`.`);
  const over = new AbortController();
  const ends = AbortSignal.any([signal, over.signal]);
  const limit = sleep(timeoutMs === Infinity ? LONGEST_TIMER_MS : timeoutMs, ends).then(() => {
    signal.throwIfAborted();
    throw new OnceError(
      'BUILD_FAILED',
      `"${shorten(key)}" was not published within claim-limit (${formatDuration(timeoutMs)}) of its claim, and its build was removed. The steps hang, or need more time: then raise \`claim-limit\`.`,
    );
  });
  try {
    return await Promise.race([steps(), limit]);
  } finally {
    limit.catch(() => {});
    over.abort();
  }
}

/** Node turns a longer timer into one of 1 ms; no job lasts for as long. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
