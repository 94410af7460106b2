import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { stopwatch } from '../base/wait.ts';
import { finishDeadClaim } from '../recipe/once.ts';
import { emptyOutcome, type Outcome } from '../recipe/outcome.ts';
import type { Request } from '../recipe/request.ts';
import type { Services } from '../recipe/services.ts';
import type { Env } from '../step/inputs/read.ts';
import type { Lifetime } from '../step/lifetime.ts';
import { reportEnd, writeOutputs } from '../step/report/ending.ts';
import { outputsOf } from '../step/report/outputs.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { askKeeper } from './ask.ts';
import { ClaimFolder, deadClaimOf, type SavedClaim } from './claim-folder.ts';
import { outcomeFrom } from './messages.ts';
import { claimLost, publishedTwice } from './step-channel.ts';
import { readTicket } from './ticket.ts';

/** Runs the step `publish`: publishes what was claimed, or hands on what the claim step reused. */
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
  const claim = folder.savedClaim();
  if (claim === undefined) throw folderGone(folder);
  const { services } = serve(claim.request, env, lifetime);
  const outcome = orClaimLost(await publish(folder, claim, services, identity.trim() || undefined), claim, services);
  return reportEnd(outcome, claim.request, services, elapsed);
}

/** The keeper publishes. If it has ended, its outcome is in the folder; if it was killed, this step publishes instead. */
async function publish(
  folder: ClaimFolder,
  claim: SavedClaim,
  services: Services,
  identity: string | undefined,
): Promise<Outcome> {
  const answer = (await askKeeper(folder, { kind: 'publish', identity }, services)) ?? folder.takeOutcome();
  if (answer !== undefined) return answer;
  if (!folder.markReported()) throw new OnceError('CLAIM_REFUSED', publishedTwice(claim.request));
  const outcome = claim.private ? privateOutcome(claim) : await publishForKeeper(claim, services, identity);
  return { ...outcome, waitedMs: claim.waitedMs + outcome.waitedMs, slotWaitedMs: claim.slotWaitedMs };
}

async function publishForKeeper(claim: SavedClaim, services: Services, identity: string | undefined): Promise<Outcome> {
  services.reporter.warn(
    'The process that held this claim is gone: killed, maybe because memory ran out. This step publishes in its place.',
  );
  const request = withoutBuilding(claim.request, 'wait');
  return finishDeadClaim(request, { ...services, steps: async () => ({ identity }) }, deadClaimOf(claim));
}

/** The request of a step that takes what others published if its claim was lost, and builds nothing. */
export function withoutBuilding(request: Request, mode: 'wait' | 'look'): Request {
  return { ...request, policy: { ...request.policy, mode, force: false } };
}

function privateOutcome(claim: SavedClaim): Outcome {
  const { buildMs } = deadClaimOf(claim);
  return emptyOutcome(claim.request.subject.key, { result: 'private', path: claim.out, buildMs });
}

/** Any outcome but our own build means that the claim was lost: a warning if there is another build, else an error. */
function orClaimLost(outcome: Outcome, { request, private: isPrivate }: SavedClaim, { reporter }: Services): Outcome {
  const { result, error } = outcome;
  if (isPrivate || error !== undefined || result === 'built') return outcome;
  if (result === 'missed') return { ...outcome, error: claimLost(request) };
  reporter.warn(
    `The claim of "${shorten(request.subject.key)}" was lost while this job built: another job took over, and its build is the published one. Nothing of this job was published.`,
  );
  return outcome;
}

function folderGone({ dir }: ClaimFolder): OnceError {
  return new OnceError(
    'CLAIM_LOST',
    `There is nothing left of this claim: ${dir} was removed. Nothing was published; run the job again. If it happens again, look for a step that empties RUNNER_TEMP.`,
  );
}
