import { messageOf, OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Claim } from '../../lock/engine.ts';
import type { Slot } from '../../lock/slots.ts';
import { isLost } from '../build/lost.ts';
import { withinOf } from '../build/within.ts';
import type { Context } from '../context.ts';
import type { Services } from '../services.ts';
import { type Build, SlotWait } from './slot-wait.ts';

/** A slot that a build has. */
export interface SlotHold {
  readonly claim: Claim;
  /** For once nothing is built any more. Never throws; may be called more than once. */
  readonly giveBack: () => Promise<void>;
}

/**
 * Builds once there is a slot for it, and returns the slot whatever happens. Without `max-in-flight` it builds at once;
 * so does a step inside of a build, whose slot it has already: to wait for another one could last for ever.
 *
 * @param make is given the slot, or undefined where none is needed
 * @param openSlots by default those of this host
 * @throws OnceError WAIT_TIMEOUT when the wait for lock and slot together took too long
 */
export async function inSlot<T>(
  context: Context,
  build: Build<T>,
  make: (slot: SlotHold | undefined) => Promise<T>,
  openSlots: Services['openSlots'] = context.services.openSlots,
): Promise<T> {
  const { slots: limit } = context.request.policy;
  if (limit === undefined || withinOf(context.services.env).length > 0) return make(undefined);
  context.tally.slotGroup = limit.group;
  const slots = await openSlots(limit.group, limit.count);
  try {
    const answer = await new SlotWait(context, slots, limit, build).take();
    if (answer === undefined) return await make(undefined);
    return 'value' in answer ? answer.value : await holding(context, answer, make);
  } finally {
    await slots[Symbol.asyncDispose]();
  }
}

async function holding<T>(context: Context, slot: Slot, make: (slot: SlotHold) => Promise<T>): Promise<T> {
  const { request, services } = context;
  let given: Promise<void> | undefined;
  const giveBack = () => {
    given ??= release(slot, services);
    return given;
  };
  try {
    return await make({ claim: slot.claim, giveBack });
  } catch (error) {
    // What was given back is not ours either, but that is no loss.
    if (given !== undefined) throw error;
    // A build that is to be published handles the loss itself, and throws nothing of it.
    const isOther = error instanceof OnceError && error.code !== 'BUILD_FAILED';
    if (services.signal.aborted || isOther || !(await isLost(slot.claim))) throw error;
    throw lost(request.subject.key, slot.where, error);
  } finally {
    await giveBack();
  }
}

async function release(slot: Slot, { cleanupDeadline, reporter }: Services): Promise<void> {
  try {
    await slot.release(cleanupDeadline);
  } catch (error) {
    // What the step did stays true. A slot that could not be given back is taken over once this process is gone.
    reporter.warn(
      `Giving back the build slot in ${slot.where} failed: ${messageOf(error)}. Whoever needs it takes it over once this step has ended.`,
    );
  }
}

function lost(key: string, where: string, cause: unknown): OnceError {
  return new OnceError(
    'LOCK_LOST',
    `The build slot in ${where} was lost while "${shorten(key)}" was built for this job alone. Either this host stood still for long, or the disk or its network does not let heartbeats through (see the kernel log of this host). Run the job again.`,
    { cause },
  );
}
