import { isRootTrouble, OnceError, rootError } from '../base/errors.ts';
import { Entry } from '../store/entry.ts';
import type { EntryPaths } from '../store/layout.ts';
import type { ToolPlace } from '../store/tool/place.ts';
import type { DeadClaim } from './build/resume.ts';
import { refuseOwnKey } from './build/within.ts';
import type { Context } from './context.ts';
import { Acceptance, type Accepted } from './find/acceptance.ts';
import { OtherPin, pinDiffers, withPinInKey } from './find/pin.ts';
import { pinned } from './find/pinned.ts';
import type { Noted, Origin, Outcome, Result } from './outcome.ts';
import type { Request } from './request.ts';
import type { Services } from './services.ts';
import { Tally } from './tally.ts';
import type { WaitResult } from './wait/contention.ts';

/**
 * Exactly one of all the steps that want an artifact makes it; the others get what that one made. The recipe: look; claim
 * the lock or wait for a change; holding the lock, look again; build; publish; release.
 *
 * Never throws for what a user can do something about: that is the outcome's `error`.
 */
export async function once(asked: Request, services: Services): Promise<Outcome> {
  let context = contextOf(asked, services);
  try {
    const request = await pinned(asked, services);
    if (request !== asked) context = contextOf(request, services);
    return await runRecipe(context);
  } catch (error) {
    if (error instanceof OtherPin) return besideOther(context, error);
    return outcomeOf(context, { error: explained(error, asked, services) });
  }
}

/**
 * Under the key is what others pin, so this step goes on with an entry that has the pin in its key. Two steps with one key
 * and two pins so have a build each, and neither replaces that of the other.
 */
async function besideOther({ request: asked, services, tally }: Context, other: OtherPin): Promise<Outcome> {
  const { mode } = asked.policy;
  tally.lock.stop();
  const waited = tally.lock.ms > 0;
  const request = withPinInKey(asked, other.pin);
  const context = { ...contextOf(request, services), tally };
  try {
    const outcome = await runRecipe(context, waited);
    if (outcome.result === 'missed' && mode === 'wait') throw pinDiffers(asked.subject.key, other);
    return waited && outcome.result === 'reused' ? { ...outcome, result: 'waited' } : outcome;
  } catch (error) {
    return outcomeOf(context, { error: explained(error, request, services) });
  }
}

/**
 * The end of what {@link once} began in a process that was killed while other steps built: publishes the build, or finds
 * what there is where somebody took over. `services.steps` says how the steps ended.
 */
export async function finishDeadClaim(asked: Request, services: Services, claim: DeadClaim): Promise<Outcome> {
  let context = contextOf(asked, services);
  try {
    context = contextOf(await pinned(asked, services), services);
    const built = await resumed(context, claim);
    return built === undefined ? await runRecipe(context, true) : await handOut(context, 'built', built, 'build');
  } catch (error) {
    return outcomeOf(context, { error: explained(error, asked, services) });
  }
}

async function resumed(context: Context, claim: DeadClaim): Promise<Accepted | undefined> {
  const { resume } = await import('./build/resume.ts');
  const engine = await context.services.openEngine();
  try {
    return await resume(context, engine, claim);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

function contextOf(request: Request, services: Services): Context {
  const entry = new Entry(request.subject, request.policy.groupShared);
  return { request, services, entry, tally: new Tally(), acceptance: new Acceptance(request, services, entry) };
}

/** @param met whether another holder is known to have been there: if it is gone, the next one may be about to come */
async function runRecipe(context: Context, met = false): Promise<Outcome> {
  const { request, services, entry, acceptance } = context;
  refuseOwnKey(services.env, entry.id, request.subject.key);
  services.signal.throwIfAborted();
  if (!request.enabled) return buildForThisJob(context);

  // A hit ends here: no lock, no child process, and nothing is loaded that only a miss needs.
  const first = await leased(context, async () => ({ result: 'reused', accepted: await acceptance.firstLook() }));
  if (first.accepted !== undefined) return handOut(context, 'reused', first.accepted);
  if (request.policy.mode === 'look') return outcomeOf(context, { result: 'missed' });

  await forTool(context, ({ requireFreePlace }, place, paths) => requireFreePlace(place, paths, request.subject.key));
  const { contend } = await import('./wait/contend.ts');
  // Not `await using`, which Node 20 cannot read: runners on 32-bit ARM have no other one.
  const engine = await services.openEngine();
  context.tally.takeovers = () => engine.takeovers;
  try {
    const { result, accepted, origin } = await leased(context, () => contend(context, engine, met));
    if (result === 'private') return await buildForThisJob(context);
    return accepted === undefined ? outcomeOf(context, { result }) : await handOut(context, result, accepted, origin);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

/** Each round more means that somebody published a newer build between a look and its lease; nobody does that for long. */
const ROUNDS = 100;

/** What `find` comes to, with a lease on its build; found again if the build was replaced in between. */
async function leased(context: Context, find: () => Promise<WaitResult>): Promise<WaitResult> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await find();
    // Our own build was leased before it was published.
    if (found.accepted === undefined || found.result === 'built') return found;
    if (lease(context, found.accepted)) return found;
  }
  throw new OnceError(
    'ROOT_UNUSABLE',
    `${context.entry.paths.entry} names another build every time it is read. Find out what writes there; nothing was handed out.`,
  );
}

/**
 * Says that this job uses the build, then looks whether it is still the published one: a pruner moves the manifest away
 * before it reads the leases, so either it sees ours, or we see that the build is on its way out and go on without it.
 */
function lease({ services, entry }: Context, { manifest }: Accepted): boolean {
  entry.lease(manifest.build, services.worker, services.who);
  return entry.current() === manifest.build;
}

/** Nothing shared is kept: no look, no lock, no manifest. */
async function buildForThisJob(context: Context): Promise<Outcome> {
  const { buildPrivately } = await import('./build/private-build.ts');
  return outcomeOf(context, { result: 'private', origin: 'build', path: await buildPrivately(context) });
}

async function handOut(
  context: Context,
  result: Result,
  { manifest, path }: Accepted,
  origin: Origin = 'disk',
): Promise<Outcome> {
  await forTool(context, ({ linkTool }, place, paths) => linkTool(place, path, paths));
  return outcomeOf(context, { result, origin, manifest, path, identity: manifest.identity, buildMs: manifest.buildMs });
}

/** Only a step with `tool` loads what it needs. */
async function forTool(
  { request, entry }: Context,
  action: (links: typeof import('../store/tool/link.ts'), place: ToolPlace, paths: EntryPaths) => void,
): Promise<void> {
  if (request.tool !== undefined) action(await import('../store/tool/link.ts'), request.tool, entry.paths);
}

/** What is known so far, and what is given. */
function outcomeOf({ request, entry, tally }: Context, known: Partial<Outcome>): Outcome {
  return {
    key: request.subject.key,
    id: entry.id,
    result: undefined,
    error: undefined,
    origin: undefined,
    path: undefined,
    manifest: undefined,
    identity: tally.identity,
    buildMs: tally.buildMs,
    ...known,
    waitedMs: tally.lock.ms,
    slotWaitedMs: tally.slot.ms,
    noted: notedIn(tally),
  };
}

function notedIn({ restoreMs, publishMs, slotGroup, takeovers }: Tally): Noted {
  return { restoreMs, publishMs, slotGroup, takeovers: takeovers() || undefined };
}

/** Errors as a person can use them: whatever failed because the step was told to end is a cancellation. */
function explained(error: unknown, { subject }: Request, { signal }: Services): OnceError {
  if (signal.aborted) return signal.reason as OnceError;
  if (error instanceof OnceError) return error;
  if (isRootTrouble(error)) return rootError(error, subject.root);
  throw error;
}
