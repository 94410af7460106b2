import { readdirSync } from 'node:fs';
import { messageOf, OnceError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import { stopwatch, within } from '../../base/wait.ts';
import { fileSystemOf } from '../../host/file-system.ts';
import { bootId } from '../../host/proc.ts';
import type { Claim } from '../../lock/engine.ts';
import type { MakeResult, Product } from '../../producers/producer.ts';
import { MANIFEST_FORMAT, type Manifest } from '../../store/manifest.ts';
import { flushBudget, flushTree } from '../../store/tree/flush.ts';
import { makeReadOnly, measureTree } from '../../store/tree/measure.ts';
import type { BuildContext } from '../context.ts';
import type { Accepted } from '../find/acceptance.ts';
import type { Found } from '../find/source.ts';
import { findInSources, tellSources } from '../find/sources.ts';
import type { Origin } from '../outcome.ts';
import type { Turn } from '../pool/turn.ts';
import type { Request } from '../request.ts';
import type { SlotHold } from '../slots/in-slot.ts';
import { isLost } from './lost.ts';
import { make } from './make.ts';

/** A build of ours that is published now. */
export interface OwnBuild extends Accepted {
  /** `build`: it was made now; otherwise only its manifest is new. */
  readonly origin: Origin;
}

/**
 * One attempt, holding the lock: makes the artifact in a folder of its own, at the path where it will stay, and publishes
 * it. Whatever goes wrong, the folder is out of sight before the lock opens.
 *
 * @param turn what the pool of hosts allows; undefined: there is none, or this host decides for itself
 * @param slot permission to build, where one is needed; a build that loses it is ended
 * @returns undefined when the lock, the slot or the race was lost: then nothing of ours is left
 * @throws OnceError BUILD_FAILED (its reason is left for those who wait), NO_SPACE; the signal's reason when cancelled
 */
export async function attempt(
  context: BuildContext,
  claim: Claim,
  turn: Turn | undefined,
  slot: SlotHold | undefined,
): Promise<OwnBuild | undefined> {
  const { request, entry } = context;
  requireFreeSpace(request);
  // What is there now was refused; publishing replaces exactly that, and loses against anything newer.
  const replaces = entry.current();
  const out = entry.open(claim.token);
  return buildAndPublish(context, { claim, turn, slot, out, replaces, buildMs: undefined });
}

/** An attempt that has its folder. */
export interface OpenAttempt {
  readonly claim: Claim;
  readonly turn?: Turn | undefined;
  readonly slot?: SlotHold | undefined;
  readonly out: string;
  /** The build that it replaces; undefined: the first one wins. */
  readonly replaces: string | undefined;
  /** Milliseconds that a dead holder spent on it, whose claim was adopted; undefined: it has just begun. */
  readonly buildMs: number | undefined;
}

/** Makes and publishes what {@link attempt} says. */
export async function buildAndPublish(context: BuildContext, opened: OpenAttempt): Promise<OwnBuild | undefined> {
  const { request, services, entry, tally } = context;
  const { claim, turn, slot, replaces, buildMs } = opened;
  const pool = turn?.kind === 'build' ? turn.claim : undefined;
  const holds = [claim, pool, slot?.claim].filter((hold) => hold !== undefined);
  let found: Found | undefined;
  let made: MakeResult | undefined;
  try {
    const fresh = buildMs === undefined && replaces === undefined && !request.policy.force;
    const searching = stopwatch();
    if (fresh || turn?.kind === 'restore') {
      found = await findInSources(context, { out: opened.out, lost: lostOf(holds), turn, isFresh: fresh });
    }
    if (found !== undefined) tally.restoreMs = Math.round(searching());
    if (found === undefined && turn?.kind === 'restore') {
      turn.refuse();
      await putAway(context, claim, found, made);
      return undefined;
    }
    made = found ?? (await build(context, claim.token, holds, opened.out));
    if (buildMs !== undefined) made = { ...made, buildMs };
    const publishing = stopwatch();
    const { product } = made;
    const token = found?.build ?? claim.token;
    const out = entry.folderOf(token);
    const { manifest, isFlushed } = await complete(context, token, out, made);
    // Whether the step is to end is asked last: a signal comes in while the lock is asked for.
    const wanted = async () => {
      for (const hold of pool === undefined ? [claim] : [claim, pool]) {
        if (!(await confirmed(hold, services.signal))) return false;
      }
      return !services.signal.aborted;
    };
    const sealed = async () => (await wanted()) && (await seal(product)) && (await wanted());
    const stillOurs = product.seal === undefined ? wanted : sealed;
    const published = await entry.publish(manifest, replaces, stillOurs, isFlushed, services.signal);
    tally.publishMs = Math.round(publishing());
    if (published === 'published') {
      // Nothing is built any more, and to save it may take half an hour.
      await slot?.giveBack();
      await tellSources(context, manifest, out, turn);
      return { manifest, path: out, origin: found === undefined ? 'build' : (found.origin ?? 'disk') };
    }
  } catch (error) {
    try {
      await putAway(context, claim, found, made);
    } catch (trouble) {
      // The step fails with what went wrong first. What is still to be seen is swept like a dead attempt's.
      services.reporter.debug(`lock ${entry.id}: ${opened.out} is not put away: ${messageOf(trouble)}`);
    }
    if (!services.signal.aborted && (await anyIsLost(holds))) return undefined;
    // A holder that was killed is no failure of its build.
    if (buildMs === undefined) await leaveReason(context, claim, turn, error);
    throw error;
  }
  await putAway(context, claim, found, made);
  return undefined;
}

/** Longest time, in ms, for which the lock is asked for before a publish, where the disk does not answer. */
const CONFIRM_LIMIT_MS = 600_000;

async function confirmed(claim: Claim, signal: AbortSignal): Promise<boolean> {
  // A limit that does not keep this process running: only the call itself does.
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CONFIRM_LIMIT_MS)]);
  return (await within(claim.confirm(), Infinity, limit)) === true;
}

async function seal(product: Product): Promise<true> {
  await product.seal?.();
  return true;
}

/** What was not published goes out of sight; what others had put there goes back, unless somebody was handed it. */
async function putAway(
  { entry }: BuildContext,
  { token }: Claim,
  found: Found | undefined,
  made: MakeResult | undefined,
): Promise<void> {
  const build = found?.build ?? token;
  if (found !== undefined && !entry.wasPublished(build)) found.giveBack();
  entry.withdraw(build);
  await made?.product.discard?.();
}

async function anyIsLost(holds: readonly Claim[]): Promise<boolean> {
  for (const hold of holds) if (await isLost(hold)) return true;
  return false;
}

function lostOf(holds: readonly Claim[]): AbortSignal {
  return AbortSignal.any(holds.map((hold) => hold.lost));
}

function build(context: BuildContext, token: string, holds: readonly Claim[], out: string): Promise<MakeResult> {
  // None may be anybody else's while a process of this build lives.
  const onSpawn = (killAll: () => void) => {
    for (const hold of holds) hold.onExit(killAll);
  };
  return make(context, { token, out, entry: context.entry, lost: lostOf(holds), onSpawn });
}

/** Everything that must be true before the rename: counted, digested, on disk, leased. */
async function complete(
  { request, services, entry }: BuildContext,
  token: string,
  out: string,
  made: MakeResult & Pick<Found, 'builtBy'>,
): Promise<{ readonly manifest: Manifest; readonly isFlushed: boolean }> {
  const { subject, policy } = request;
  const { signal } = services;
  const digest = policy.verify === 'full' ? await digestOf(out, signal) : undefined;
  if (policy.readOnly) tellOfShared(await makeReadOnly(out), services);
  const flushed = readdirSync(out).length === 0 ? undefined : flushTree(out, flushBudget(made.buildMs), signal);
  const [size, flush] = await Promise.all([measureTree(out, { signal }), flushed]);
  entry.lease(token, services.worker, services.who);
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    key: subject.key,
    scope: subject.scope,
    build: token,
    producer: made.producer.name,
    fingerprint: made.producer.fingerprint,
    identity: made.product.identity,
    ...size,
    digest,
    buildMs: made.buildMs,
    createdAt: new Date().toISOString(),
    path: out,
    platform: subject.platform,
    bootId: bootId(),
    builtBy: made.builtBy ?? services.who,
  };
  return { manifest, isFlushed: flush !== 'gave up' };
}

function tellOfShared(files: number, { reporter }: BuildContext['services']): void {
  if (files === 0) return;
  reporter.warn(
    `read-only: ${files} files of the build keep their modes, because they are hard links to files outside of it, as in the store of a package manager. Let the script copy them instead (pnpm: package-import-method=copy; uv: link-mode=copy).`,
  );
}

async function digestOf(out: string, signal: AbortSignal): Promise<string> {
  const { digestTree } = await import('../../store/tree/digest.ts');
  return digestTree(out, signal);
}

function requireFreeSpace({ policy, subject }: Request): void {
  if (policy.needsFreeBytes === 0) return;
  const { freeBytes } = fileSystemOf(subject.root);
  if (freeBytes >= policy.needsFreeBytes) return;
  throw new OnceError(
    'NO_SPACE',
    `needs-free: ${subject.root} has ${formatBytes(freeBytes)} free, and this build asks for ${formatBytes(policy.needsFreeBytes)}. Nothing was built. Free some space there, or name another \`root\`.`,
  );
}

/** Only a failed build is a reason for others to give up; a cancelled or robbed one is not. */
async function leaveReason(
  { services, entry }: BuildContext,
  { token }: Claim,
  turn: Turn | undefined,
  error: unknown,
): Promise<void> {
  if (services.signal.aborted || !(error instanceof OnceError) || error.code !== 'BUILD_FAILED') return;
  const { exitCode, message } = error;
  // Without its full stop, since it goes into the sentence of another step.
  const reason = exitCode === undefined ? message.replace(/\.$/, '') : `exit code ${exitCode}`;
  const failure = { token, reason, exitCode, who: services.who, at: new Date().toISOString() };
  try {
    entry.fail(failure);
    if (turn?.kind === 'build') await turn.fail({ format: 1, ...failure });
  } catch (trouble) {
    // A full disk may refuse it, or the pool be away: then those who wait try for themselves.
    services.reporter.debug(`lock ${entry.id}: the reason is not left for others: ${messageOf(trouble)}`);
  }
}
