import { appendFileSync } from 'node:fs';
import type { OnceError } from '../base/errors.ts';
import { stopwatch } from '../base/wait.ts';
import { once } from '../recipe/once.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import type { Env } from '../step/inputs/read.ts';
import type { Lifetime } from '../step/lifetime.ts';
import { logOutcome, reportEnd, writeOutputs } from '../step/report/ending.ts';
import { outputFile, outputsOf } from '../step/report/outputs.ts';
import type { StepRequest } from '../step/request.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { readInputs, withFailedOutputs } from '../step/step.ts';
import { readClaimRequest } from './claim-inputs.ts';
import { plainOf } from './messages.ts';
import { type HeldClaim, startKeeper } from './start-keeper.ts';
import { type Ticket, writeTicket } from './ticket.ts';

/**
 * Runs the step `claim`: reuses or waits as the main step does, or leaves a keeper that holds the key for the next steps.
 * @param keeper the program of the keeper
 */
export function runClaim(keeper: string): Promise<never> {
  const { env } = process;
  return runToEnd((lifetime) => runClaimStep(readInputs(env, readClaimRequest), env, lifetime, keeper));
}

async function runClaimStep(
  request: StepRequest,
  env: Env,
  lifetime: Lifetime,
  keeper: string,
): Promise<OnceError | undefined> {
  const elapsed = stopwatch();
  const { services, place } = withFailedOutputs(env, () => serve(request, env, lifetime));
  if (place !== undefined) services.reporter.info(place.line);
  for (const note of request.notes) services.reporter.warn(note);
  const answer = (await lookFirst(request, services)) ?? (await startKeeper(keeper, services));
  const job = services.worker.id;
  if (!('detach' in answer)) {
    const claim = answer.error === undefined ? writeTicket({ format: 1, job, outcome: plainOf(answer) }) : '';
    return reportEnd(answer, request, services, elapsed, { claim });
  }
  const claim = ticketOf(answer, job);
  logOutcome(answer.outcome, services);
  writeOutputs({ ...outputsOf(answer.outcome, services.who.runUrl), claim }, env);
  saveState({ claim }, env);
  await answer.detach();
  // If the step was cancelled meanwhile, its post step releases the claim.
  services.signal.throwIfAborted();
  return undefined;
}

/** The outcome if the build is there; undefined if it may have to be built. A hit needs no keeper. */
async function lookFirst(request: StepRequest, services: Services): Promise<Outcome | undefined> {
  if (!request.enabled || request.policy.force) return undefined;
  const outcome = await once({ ...request, policy: { ...request.policy, mode: 'look' } }, services);
  return outcome.result === 'missed' ? undefined : outcome;
}

function ticketOf({ folder, token }: HeldClaim, job: string): string {
  return writeTicket({ format: 1, job, folder, token } satisfies Ticket);
}

/** Saves values for this step's own post step, which finds each as the variable `STATE_<name>`. */
function saveState(state: Readonly<Record<string, string>>, { GITHUB_STATE: file }: Env): void {
  if (file) appendFileSync(file, outputFile(state));
}
