import { OnceError } from '../base/errors.ts';
import { formatDuration, shorten } from '../base/format.ts';
import { probe, processState } from '../host/proc.ts';
import { once } from '../recipe/once.ts';
import { hostFacts } from '../step/platform.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { readClaimRequest } from './claim-inputs.ts';
import { Guard } from './guard.ts';
import type { KeeperOrder } from './hire.ts';

const LOOK_MS = 1000;

/**
 * Holds a claim while other steps of the job build: the recipe of every step, with a producer that waits to be told. Its
 * environment is that of the claim step, so it carries the job's RUNNER_TRACKING_ID, and the runner ends it with the job.
 */
export function runKeeper(): Promise<never> {
  return runToEnd(async (lifetime) => {
    const order = JSON.parse(process.argv[2] ?? '') as KeeperOrder;
    const { env } = process;
    const request = readClaimRequest(env, hostFacts());
    const guard = new Guard(order.folder, request, lifetime);
    const watch = setInterval(() => {
      if (!isThere(order)) lifetime.end(new OnceError('CANCELLED', 'The job that claimed has ended.'));
    }, LOOK_MS);
    const { reporter } = guard;
    const { services } = serve(request, env, lifetime, { reporter, workerPid: order.workerPid });
    reporter.debug(`keeper ${process.pid}: ${shorten(request.subject.key)}, ${limitOf(request.policy.buildTimeoutMs)}`);
    const outcome = await once(request, { ...services, steps: (begun) => guard.begin(begun) });
    clearInterval(watch);
    await guard.end(outcome);
    // Whoever asked was told; here nobody reads an exit code.
    return undefined;
  });
}

function limitOf(ms: number): string {
  return ms === Infinity ? 'for as long as its job lives' : `for ${formatDuration(ms)} at most`;
}

/** Whether the runner's worker lives, as far as it can be seen: in a container it may be outside. */
function isThere({ workerPid, workerStartTime }: KeeperOrder): boolean {
  if (workerPid <= 1 || workerStartTime === undefined) return true;
  if (probe(workerPid) === 'gone') return false;
  const state = processState(workerPid);
  return state === undefined || (state.startTime === workerStartTime && !state.zombie);
}
