import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { finishDeadClaim } from '../recipe/once.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Services } from '../recipe/services.ts';
import type { Env } from '../step/inputs/read.ts';
import type { Lifetime } from '../step/lifetime.ts';
import { runToEnd } from '../step/run-to-end.ts';
import { serve } from '../step/services.ts';
import { askKeeper } from './ask.ts';
import { ClaimFolder, deadClaimOf, type SavedClaim } from './claim-folder.ts';
import { neverBuilding } from './publish.ts';
import { readTicket } from './ticket.ts';

/** The end of the job for a `claim` step: what nobody published is released, and its build removed. */
export function runRelease(): Promise<never> {
  const { env } = process;
  return runToEnd(async (lifetime) => {
    await runReleaseStep(env, lifetime);
    return undefined;
  });
}

async function runReleaseStep(env: Env, lifetime: Lifetime): Promise<void> {
  // What the step saved, not its inputs, which the runner evaluates anew.
  const { STATE_claim: text, 'INPUT_JOB-STATUS': status } = env;
  if (!text) return;
  const ticket = readTicket(text, env);
  const folder = 'folder' in ticket ? new ClaimFolder(ticket.folder) : undefined;
  const kept = folder?.kept();
  if (folder === undefined || kept === undefined || folder.isTold) return;
  const { services } = serve(kept.request, env, lifetime);
  const { reporter } = services;
  const asked = await askKeeper(folder, { ask: 'release', failed: status === 'failure' }, services);
  const outcome = asked ?? folder.takeEnd() ?? (await abandon(kept, services));
  const key = shorten(kept.request.subject.key);
  if (outcome?.result === 'built') return;
  if (status === 'success') reporter.warn(`"${key}" was claimed and not published: a publish step is missing.`);
  else reporter.info(`"${key}" was not published: its claim is released.`);
}

/** In place of a keeper that was killed. The temporary folder of a private build is the runner's to empty. */
async function abandon(kept: SavedClaim, services: Services): Promise<Outcome | undefined> {
  if (kept.private) return undefined;
  const steps = () => Promise.reject(new OnceError('CANCELLED', 'Its job ended without publishing it.'));
  return finishDeadClaim(neverBuilding(kept.request, 'look'), { ...services, steps }, deadClaimOf(kept));
}
