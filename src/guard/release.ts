import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { finishDeadClaim } from '../recipe/once.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import type { Env } from '../step/inputs/read.ts';
import { isForge } from '../step/job.ts';
import type { Lifetime } from '../step/lifetime.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { askKeeper } from './ask.ts';
import { ClaimFolder, deadClaimOf, type SavedClaim } from './claim-folder.ts';
import { withoutBuilding } from './publish.ts';
import { readTicket } from './ticket.ts';

/** Runs the post step of `claim`, at the end of the job: releases a claim that was not published and removes its build. */
export function runRelease(): Promise<never> {
  const { env } = process;
  return runToEnd(async (lifetime) => {
    await runReleaseStep(env, lifetime);
    return undefined;
  });
}

async function runReleaseStep(env: Env, lifetime: Lifetime): Promise<void> {
  // From what the step saved, for the runner evaluates the inputs anew.
  const { STATE_claim: text, 'INPUT_JOB-STATUS': status } = env;
  if (!text) return;
  const ticket = readTicket(text, env);
  const folder = 'folder' in ticket ? new ClaimFolder(ticket.folder) : undefined;
  const claim = folder?.savedClaim();
  if (folder === undefined || claim === undefined || folder.isReported) return;
  const { services } = serve(claim.request, env, lifetime);
  const { reporter } = services;
  const answer = await askKeeper(folder, { kind: 'release', failed: status === 'failure' }, services);
  const outcome = answer ?? folder.takeOutcome() ?? (await abandon(claim, services));
  const key = shorten(claim.request.subject.key);
  if (outcome?.result === 'built') return;
  const released = `"${key}" was not published: its claim is released.`;
  if (status !== 'success') reporter.info(released);
  // There it is the status that the job had when it claimed.
  else if (isForge(env)) reporter.warn(`${released} If its job has not failed, a publish step is missing.`);
  else reporter.warn(`"${key}" was claimed and not published: a publish step is missing.`);
}

/** Releases the claim of a keeper that was killed. A private build is in the temporary folder, which the runner empties. */
async function abandon(claim: SavedClaim, services: Services): Promise<Outcome | undefined> {
  if (claim.private) return undefined;
  const steps = () => Promise.reject(new OnceError('CANCELLED', 'Its job ended without publishing it.'));
  return finishDeadClaim(withoutBuilding(claim.request, 'look'), { ...services, steps }, deadClaimOf(claim));
}
