import { readdirSync } from 'node:fs';
import { messageOf, OnceError } from '../../base/errors.ts';
import { formatBytes } from '../../base/format.ts';
import { fileSystemOf } from '../../host/file-system.ts';
import { bootId } from '../../host/proc.ts';
import type { Claim } from '../../lock/engine.ts';
import type { Product } from '../../producers/producer.ts';
import { current, openAttempt, publish, wasPublished, withdraw } from '../../store/entry.ts';
import { MANIFEST_FORMAT, type Manifest } from '../../store/manifest.ts';
import { leaveLease } from '../../store/reader.ts';
import { flushBudget, flushTree, makeReadOnly, measureTree } from '../../store/tree/tree.ts';
import type { Context } from '../context.ts';
import type { Accepted } from '../find/acceptance.ts';
import { findUnrecorded, type Unrecorded } from '../find/unrecorded.ts';
import type { Request } from '../request.ts';
import { isLost } from './lost.ts';
import { type Making, make } from './make.ts';

/** A build of ours that is published now. */
export interface OwnBuild extends Accepted {
  /** It was there already, and only its manifest is new. */
  readonly found: boolean;
}

/**
 * One attempt, holding the lock: makes the artifact in a folder of its own, at the path where it will stay, and publishes
 * it. Whatever goes wrong, the folder is out of sight before the lock opens.
 *
 * @param slot permission to build, where one is needed; a build that loses it is ended
 * @returns undefined when the lock, the slot or the race was lost: then nothing of ours is left
 * @throws OnceError BUILD_FAILED (its reason is left for those who wait), NO_SPACE; the signal's reason when cancelled
 */
export async function attempt(context: Context, claim: Claim, slot?: Claim): Promise<OwnBuild | undefined> {
  const { request, paths } = context;
  requireFreeSpace(request);
  // What is there now was refused; publishing replaces exactly that, and loses against anything newer.
  const replaces = current(paths);
  const out = openAttempt(paths, claim.token);
  return buildAndPublish(context, { claim, slot, out, replaces, buildMs: undefined });
}

/** An attempt that has its folder. */
export interface OpenAttempt {
  readonly claim: Claim;
  readonly slot?: Claim | undefined;
  readonly out: string;
  /** The build that it replaces; undefined: the first one wins. */
  readonly replaces: string | undefined;
  /** What was spent on it before it came to this process; undefined: it has just begun. */
  readonly buildMs: number | undefined;
}

/** Makes and publishes what {@link attempt} says. */
export async function buildAndPublish(context: Context, opened: OpenAttempt): Promise<OwnBuild | undefined> {
  const { request, services, paths } = context;
  const { claim, slot, out, replaces, buildMs } = opened;
  let there: Unrecorded | undefined;
  let made: Making | undefined;
  try {
    const fresh = buildMs === undefined && replaces === undefined && !request.policy.force;
    if (fresh) there = await findUnrecorded(context, out);
    made = there ?? (await build(context, claim, slot, out));
    if (buildMs !== undefined) made = { ...made, buildMs };
    const { product } = made;
    const manifest = await finish(context, claim, out, made);
    // Whether the step is to end is asked last: a signal comes in while the lock is asked for.
    const wanted = async () => (await claim.confirm()) && !services.signal.aborted;
    const sealed = async () => (await wanted()) && (await seal(product)) && (await wanted());
    const ours = await publish(paths, manifest, replaces, product.seal === undefined ? wanted : sealed);
    if (ours === 'published') return { manifest, path: out, found: there !== undefined };
  } catch (error) {
    try {
      await putAway(context, claim, there, made);
    } catch (trouble) {
      // The step fails with what went wrong first. What is still to be seen is swept like a dead attempt's.
      services.reporter.debug(`lock ${paths.id}: ${out} is not put away: ${messageOf(trouble)}`);
    }
    if (!services.signal.aborted && ((slot && (await isLost(slot))) || (await isLost(claim)))) return undefined;
    await leaveReason(context, claim, error);
    throw error;
  }
  await putAway(context, claim, there, made);
  return undefined;
}

async function seal(product: Product): Promise<true> {
  await product.seal?.();
  return true;
}

/** What was not published goes out of sight; what others had put there goes back, unless somebody was handed it. */
async function putAway(
  { paths }: Context,
  { token }: Claim,
  there: Unrecorded | undefined,
  made: Making | undefined,
): Promise<void> {
  if (there !== undefined && !wasPublished(paths, token)) there.giveBack();
  withdraw(paths, token);
  await made?.product.discard?.();
}

function build(context: Context, claim: Claim, slot: Claim | undefined, out: string): Promise<Making> {
  const holds = slot === undefined ? [claim] : [claim, slot];
  const lost = AbortSignal.any(holds.map((hold) => hold.lost));
  // Neither may be anybody else's while a process of this build lives.
  const onSpawn = (killAll: () => void) => {
    for (const hold of holds) hold.onExit(killAll);
  };
  return make(context, { token: claim.token, out, paths: context.paths, lost, onSpawn });
}

/** Everything that must be true before the rename: counted, digested, on disk, leased. */
async function finish(
  { request, services, paths }: Context,
  claim: Claim,
  out: string,
  made: Making,
): Promise<Manifest> {
  const { subject, policy } = request;
  const { signal } = services;
  const digest = policy.verify === 'full' ? await digestOf(out, signal) : undefined;
  if (policy.readOnly) await makeReadOnly(out);
  const flushed = readdirSync(out).length === 0 ? undefined : flushTree(out, flushBudget(made.buildMs), signal);
  const [size] = await Promise.all([measureTree(out, { signal }), flushed]);
  leaveLease(paths, claim.token, services.worker, services.who);
  return {
    format: MANIFEST_FORMAT,
    key: subject.key,
    scope: subject.scope,
    build: claim.token,
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
    builtBy: services.who,
  };
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
async function leaveReason({ services }: Context, claim: Claim, error: unknown): Promise<void> {
  if (services.signal.aborted || !(error instanceof OnceError) || error.code !== 'BUILD_FAILED') return;
  const { exitCode, message } = error;
  // Without its full stop, since it goes into the sentence of another step.
  const reason = exitCode === undefined ? message.replace(/\.$/, '') : `exit code ${exitCode}`;
  const failure = { reason, exitCode, who: services.who, at: new Date().toISOString() };
  // A full disk may refuse it: then those who wait simply try for themselves.
  await claim.fail(failure).catch(() => {});
}
