import { messageOf } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Claim } from '../../lock/engine.ts';
import { decidesForItself, inPool } from '../pool/in-pool.ts';
import type { BuildTurn, Turn } from '../pool/turn.ts';
import { inSlot, type SlotHold } from '../slots/in-slot.ts';
import type { Build } from '../slots/slot-wait.ts';
import { type Contention, taken, type WaitResult } from '../wait/contention.ts';
import { attempt } from './attempt.ts';

/**
 * Holding the lock: looks again, then builds. The lock is released whatever happens.
 * @returns undefined when the lock or the race was lost, and it is worth another round; `again` when it is worth one
 * although nobody else was met
 */
export async function hold(contention: Contention, claim: Claim): Promise<WaitResult | 'again' | undefined> {
  const { context, failures } = contention;
  const { services, entry, acceptance } = context;
  try {
    services.reporter.debug(`lock ${entry.id}: claimed as ${claim.token}`);
    entry.revokeOthers();
    // Between our look and our claim another holder may have come and gone, with a build or with a failure.
    const found = await acceptance.look();
    if (found !== undefined) return taken(contention, found);
    failures.check();
    // Once a build, not once a reuse, and before an hour is spent on it.
    if (services.unsharedReason !== undefined) services.reporter.warn(services.unsharedReason);
    const make = (turn: Turn | undefined) => hostsTurn(contention, claim, turn);
    if (services.openPool === undefined) return await make(undefined);
    return await inPool(contention, claim, services.openPool, make);
  } finally {
    await releaseAndSweep(contention, claim);
  }
}

/** Restores what another host has published, or builds once there is a slot. */
async function hostsTurn(
  contention: Contention,
  claim: Claim,
  turn: Turn | undefined,
): Promise<WaitResult | 'again' | undefined> {
  const { context } = contention;
  const make = async (slot?: SlotHold) => {
    const built = await attempt(context, claim, turn, slot);
    if (built === undefined) return tellLoss(context, turn);
    if (built.origin === 'build') return { result: 'built', accepted: built, origin: built.origin } as const;
    return { ...taken(contention, built), origin: built.origin };
  };
  const build = { token: claim.token, unneeded: () => unneeded(contention, claim, turn) };
  if (turn === undefined) return inSlot(context, build, make);
  if (turn.kind === 'build') return inPoolsSlot(contention, build, make, turn);
  const restored = await make();
  return restored === undefined && contention.pool.refused.has(turn.pointer.token) ? 'again' : restored;
}

/** Builds once the pool has a slot. Where its server is away meanwhile, a slot of this host is enough, as `on-pool-error` says. */
async function inPoolsSlot(
  { context }: Contention,
  build: Build<WaitResult | undefined>,
  make: (slot?: SlotHold) => Promise<WaitResult | undefined>,
  turn: BuildTurn,
): Promise<WaitResult | undefined> {
  try {
    return await inSlot(context, build, make, async (...group) => turn.openSlots(...group));
  } catch (error) {
    if (!decidesForItself(error, context)) throw error;
    return inSlot(context, build, make);
  }
}

/** Who reads the log is to know why the script runs twice. */
function tellLoss({ request, services }: Contention['context'], turn: Turn | undefined): undefined {
  if (turn?.kind === 'restore' || services.signal.aborted) return;
  const key = shorten(request.subject.key);
  services.reporter.info(`"${key}": this build is not published, for its lock or its slot was taken over. Going on.`);
}

/** While a holder waits for a slot: its lock may be lost, or the artifact turn up by other means. */
async function unneeded(
  contention: Contention,
  claim: Claim,
  turn: Turn | undefined,
): Promise<{ readonly value: WaitResult | undefined } | undefined> {
  const isLost = claim.lost.aborted || (turn?.kind === 'build' && turn.claim.lost.aborted);
  if (isLost) return { value: undefined };
  const found = await contention.context.acceptance.look();
  return found && { value: taken(contention, found) };
}

/** Releases the lock, then clears away what the dead left, for which nobody waits any more. Never throws. */
export async function releaseAndSweep(
  { context, engine }: Pick<Contention, 'context' | 'engine'>,
  claim: Claim,
): Promise<void> {
  const { services, entry } = context;
  const { reporter, cleanupDeadline } = services;
  try {
    await claim[Symbol.asyncDispose]();
    reporter.debug(`lock ${entry.id}: released`);
    const alive = (token: string) => engine.alive(entry.id, token);
    const swept = await entry.sweep(alive, cleanupDeadline, services.signal.aborted);
    await engine.tidy(entry.id, cleanupDeadline);
    if (swept > 0) reporter.info(`Swept ${swept === 1 ? 'a build' : `${swept} builds`} that died unfinished.`);
  } catch (error) {
    // What the step did stays true. A lock that could not be removed is taken over once this process is gone.
    reporter.warn(`Cleaning up in ${entry.dir} failed: ${messageOf(error)}. The next build tries again.`);
  }
}
