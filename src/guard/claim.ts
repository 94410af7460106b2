import { appendFileSync } from 'node:fs';
import type { OnceError } from '../base/errors.ts';
import { stopwatch } from '../base/wait.ts';
import { once } from '../recipe/once.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import type { Env } from '../step/inputs/read.ts';
import type { Lifetime } from '../step/lifetime.ts';
import { note, tellError, tellOutcome, writeOutputs, writeSummary } from '../step/report/ending.ts';
import { outputFile, outputsOf } from '../step/report/outputs.ts';
import type { StepRequest } from '../step/request.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { readInputs, tellingKey } from '../step/step.ts';
import { readClaimRequest } from './claim-inputs.ts';
import { type Hired, hire } from './hire.ts';
import { plainOf } from './messages.ts';
import { jobOf, type Ticket, writeTicket } from './ticket.ts';

/**
 * The step `claim`: reuses or waits as the main step does, or leaves a keeper that holds the key for the steps after it.
 * @param keeper the file that a keeper starts from
 */
export function runClaim(keeper: string): Promise<never> {
  const { env } = process;
  return runToEnd(async (lifetime) => runClaimStep(await readInputs(env, readClaimRequest), env, lifetime, keeper));
}

async function runClaimStep(
  request: StepRequest,
  env: Env,
  lifetime: Lifetime,
  keeper: string,
): Promise<OnceError | undefined> {
  const elapsed = stopwatch();
  const { services, place } = await tellingKey(env, () => serve(request, env, lifetime));
  if (place !== undefined) services.reporter.info(place.line);
  const answer = (await lookFirst(request, services)) ?? (await hire(keeper, services));
  const hired = 'keep' in answer ? answer : undefined;
  const outcome = 'keep' in answer ? answer.outcome : answer;
  tellOutcome(outcome, services);
  writeOutputs({ ...outputsOf(outcome, services.who.runUrl), claim: ticketOf(outcome, hired, env) }, env);
  if (hired !== undefined) {
    saveState({ claim: ticketOf(outcome, hired, env) }, env);
    await hired.keep();
    // A cancel since then: the post step releases it.
    services.signal.throwIfAborted();
    return undefined;
  }
  await writeSummary(outcome, request, services);
  if (request.enabled) note(outcome, request, services, elapsed());
  tellError(outcome, services);
  return outcome.error;
}

/** A hit needs no keeper. */
async function lookFirst(request: StepRequest, services: Services): Promise<Outcome | undefined> {
  if (!request.enabled || request.policy.force) return undefined;
  const seen = await once({ ...request, policy: { ...request.policy, mode: 'look' } }, services);
  return seen.result === 'missed' ? undefined : seen;
}

function ticketOf(outcome: Outcome, hired: Hired | undefined, env: Env): string {
  if (outcome.error !== undefined) return '';
  const what = hired === undefined ? { outcome: plainOf(outcome) } : { folder: hired.folder, token: hired.token };
  return writeTicket({ format: 1, job: jobOf(env), ...what } satisfies Ticket);
}

/** For this step's own post: what it is called there is `STATE_<name>`. */
function saveState(state: Readonly<Record<string, string>>, { GITHUB_STATE: file }: Env): void {
  if (file) appendFileSync(file, outputFile(state));
}
