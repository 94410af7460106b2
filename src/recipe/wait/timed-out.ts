import { OnceError } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import type { Holder } from '../../lock/engine.ts';
import type { Contention, WaitResult } from './contention.ts';
import { describeHolder } from './wait-log.ts';

/**
 * What comes of a wait that took too long.
 * @param where the lock is, for a person
 * @throws OnceError WAIT_TIMEOUT unless the job is to build for itself
 */
export function timedOut({ context }: Contention, holder: Holder, where: string): WaitResult {
  const { request, services, tally } = context;
  const { mode, waitTimeoutMs, onTimeout } = request.policy;
  tally.lock.stop();
  if (onTimeout === 'build') {
    const limit = formatDuration(waitTimeoutMs);
    services.reporter.info(`The wait is over (wait-timeout ${limit}): this job builds for itself (on-timeout: build).`);
    return { result: 'private' };
  }
  const what =
    waitTimeoutMs === 0
      ? 'was not there, and `wait-timeout: 0` does not wait'
      : `was not there after waiting ${formatDuration(tally.waitedMs)} (wait-timeout ${formatDuration(waitTimeoutMs)})`;
  const orBuild = mode === 'build' ? ', or let this job build for itself with `on-timeout: build`' : '';
  throw new OnceError(
    'WAIT_TIMEOUT',
    `"${shorten(request.subject.key)}" ${what} for ${describeHolder(holder, tally.lock.ms)}. Give it longer with \`wait-timeout\`${orBuild}. The lock is ${where}.`,
  );
}
