import { lstatSync } from 'node:fs';
import { OnceError, systemCode } from '../base/errors.ts';
import { formatDuration, shorten } from '../base/format.ts';
import { probe, processState } from '../host/proc.ts';
import { once } from '../recipe/once.ts';
import { hostFacts } from '../step/platform.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { readClaimRequest } from './claim-inputs.ts';
import type { KeeperArguments } from './start-keeper.ts';
import { StepChannel } from './step-channel.ts';

/** How often the keeper looks whether the job still runs, in ms. */
const LOOK_MS = 1000;

/**
 * Holds a claim while other steps of the job build. It runs the same recipe as every step, with a producer that waits
 * for the publish step. Its environment is that of the claim step; the job's RUNNER_TRACKING_ID is in it, so the runner
 * ends the keeper with the job.
 */
export function runKeeper(): Promise<never> {
  return runToEnd(async (lifetime) => {
    const args = JSON.parse(process.argv[2] ?? '') as KeeperArguments;
    const { env } = process;
    const request = readClaimRequest(env, hostFacts());
    // The channel writes it into a file, where no password belongs. Publishing for a dead keeper needs no pool.
    const channel = new StepChannel(args.folder, { ...request, pool: undefined }, lifetime);
    const watch = setInterval(() => {
      if (isWorkerAlive(args) && isThere(args.folder)) return;
      lifetime.end(new OnceError('CANCELLED', 'The job that claimed has ended.'));
    }, LOOK_MS);
    const { reporter } = channel;
    const { services } = serve(request, env, lifetime, { reporter, workerPid: args.workerPid });
    reporter.debug(`keeper ${process.pid}: ${shorten(request.subject.key)}, ${limitOf(request.policy.buildTimeoutMs)}`);
    const outcome = await once(request, { ...services, steps: (build) => channel.claimed(build) });
    clearInterval(watch);
    await channel.end(outcome);
    // The outcome is sent or saved, and nobody reads the exit code of a keeper.
    return undefined;
  });
}

function limitOf(ms: number): string {
  return ms === Infinity ? 'for as long as its job lives' : `for ${formatDuration(ms)} at most`;
}

/**
 * Whether the runner's worker lives. True where it cannot be seen: a keeper in a container may have it outside. Without a
 * start time (macOS, Windows) a new process with the worker's pid counts as the worker, until `claim-limit`.
 */
function isWorkerAlive({ workerPid, workerStartTime }: KeeperArguments): boolean {
  if (workerPid <= 1) return true;
  if (probe(workerPid) === 'gone') return false;
  if (workerStartTime === undefined) return true;
  const state = processState(workerPid);
  return state === undefined || (state.startTime === workerStartTime && !state.zombie);
}

/**
 * Whether the folder of the claim is there. Nobody can publish without it. Where one process runs all jobs, as in the runners
 * of Forgejo and Gitea, its removal is what tells of the end of a job without a post step.
 */
function isThere(folder: string): boolean {
  try {
    lstatSync(folder);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}
