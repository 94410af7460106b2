import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { stopwatch } from '../base/wait.ts';
import { finishDeadClaim } from '../recipe/once.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Request } from '../recipe/request.ts';
import type { Services } from '../recipe/services.ts';
import type { Env } from '../step/inputs/read.ts';
import type { Lifetime } from '../step/lifetime.ts';
import { note, tellError, tellOutcome, writeOutputs, writeSummary } from '../step/report/ending.ts';
import { outputsOf } from '../step/report/outputs.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { askKeeper } from './ask.ts';
import { ClaimFolder, deadClaimOf, type SavedClaim } from './claim-folder.ts';
import { claimLost, publishedTwice } from './guard.ts';
import { outcomeFrom } from './messages.ts';
import { readTicket } from './ticket.ts';

/** The step `publish`: what was claimed is published; what was reused is handed on. */
export function runPublish(): Promise<never> {
  const { env } = process;
  return runToEnd((lifetime) => runPublishStep(env, lifetime));
}

async function runPublishStep(env: Env, lifetime: Lifetime): Promise<OnceError | undefined> {
  const elapsed = stopwatch();
  const { INPUT_CLAIM: text = '', INPUT_IDENTITY: identity = '' } = env;
  const ticket = readTicket(text, env);
  if ('outcome' in ticket) {
    writeOutputs(outputsOf(outcomeFrom(ticket.outcome)), env);
    return undefined;
  }
  const folder = new ClaimFolder(ticket.folder);
  const kept = folder.kept();
  if (kept === undefined) throw gone(folder);
  const { services } = serve(kept.request, env, lifetime);
  const outcome = told(await publish(folder, kept, services, identity || undefined), kept, services);
  tellOutcome(outcome, services);
  writeOutputs(outputsOf(outcome, services.who.runUrl), env);
  await writeSummary(outcome, kept.request, services);
  if (kept.request.enabled) note(outcome, kept.request, services, elapsed());
  tellError(outcome, services);
  return outcome.error;
}

/** The keeper publishes; where it has ended, it left how; where it was killed, this step publishes in its place. */
async function publish(
  folder: ClaimFolder,
  kept: SavedClaim,
  services: Services,
  identity: string | undefined,
): Promise<Outcome> {
  const answer = (await askKeeper(folder, { ask: 'publish', identity }, services)) ?? folder.takeEnd();
  if (answer !== undefined) return answer;
  if (!folder.tell()) throw new OnceError('CLAIM_REFUSED', publishedTwice(kept.request));
  const outcome = kept.private ? privately(kept) : await publishFor(kept, services, identity);
  return { ...outcome, waitedMs: kept.waitedMs + outcome.waitedMs, slotWaitedMs: kept.slotWaitedMs };
}

async function publishFor(kept: SavedClaim, services: Services, identity: string | undefined): Promise<Outcome> {
  services.reporter.warn('The process that held this claim is gone: killed, maybe for want of memory.');
  return finishDeadClaim(
    neverBuilding(kept.request, 'wait'),
    { ...services, steps: async () => ({ identity }) },
    deadClaimOf(kept),
  );
}

/** Where the claim was lost, what others made is taken, and nothing is built here. */
export function neverBuilding(request: Request, mode: 'wait' | 'look'): Request {
  return { ...request, policy: { ...request.policy, mode, force: false } };
}

function privately({ request, out: path, sinceMs, ...waits }: SavedClaim): Outcome {
  const { buildMs } = deadClaimOf({ request, out: path, sinceMs, ...waits });
  const unknown = { id: '', manifest: undefined, identity: undefined, error: undefined };
  return { ...unknown, key: request.subject.key, result: 'private', path, buildMs, ...waits };
}

/** Anything but a build of ours means that the claim was lost. */
function told(outcome: Outcome, { request, private: alone }: SavedClaim, { reporter }: Services): Outcome {
  const { result, error } = outcome;
  if (alone || error !== undefined || result === 'built') return outcome;
  if (result === 'missed') return { ...outcome, error: claimLost(request) };
  reporter.warn(
    `The claim of "${shorten(request.subject.key)}" was lost while this job built: another job took over, and its build is the published one. Nothing of this job was published.`,
  );
  return outcome;
}

function gone({ dir }: ClaimFolder): OnceError {
  return new OnceError(
    'CLAIM_LOST',
    `There is nothing left of this claim: ${dir} was removed. Nothing was published; run the job again. If it happens again, look for a step that empties RUNNER_TEMP.`,
  );
}
