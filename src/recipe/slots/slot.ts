import { messageOf, OnceError } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import { sleep, stopwatch } from '../../base/wait.ts';
import type { Claim, Holder, LockEngine } from '../../lock/engine.ts';
import { type Slot, Slots, type SlotWatch } from '../../lock/slots.ts';
import { makeSlotDirs, slotPaths, slotsOf } from '../../store/layout.ts';
import { sweep } from '../../store/sweep.ts';
import { isLost } from '../build/lost.ts';
import { withinOf } from '../build/within.ts';
import type { Context } from '../context.ts';
import type { Request } from '../request.ts';
import { digestOf, isOwn } from '../wait/own-claim.ts';
import { describeHolder, WaitLog } from '../wait/wait-log.ts';

/** A build that asks for permission. */
export interface Build<T> {
  readonly token: string;
  /** Asked while it waits: what came instead, if the build is not needed any more. */
  readonly instead: () => Promise<{ readonly value: T } | undefined>;
}

/**
 * Builds once there is a slot for it, and returns the slot whatever happens. Without `max-in-flight` it builds at once;
 * so does a step inside of a build, whose slot it has already: to wait for another one could last for ever.
 *
 * @param make is given the slot, or undefined where none is needed
 * @throws OnceError WAIT_TIMEOUT when the wait for lock and slot together took too long
 */
export async function inSlot<T>(
  context: Context,
  build: Build<T>,
  make: (slot: Claim | undefined) => Promise<T>,
): Promise<T> {
  const { slots: limit } = context.request.policy;
  if (limit === undefined || withinOf(context.services.env).length > 0) return make(undefined);
  const engine = await context.services.openSlotEngine(limit.group);
  try {
    const answer = await new SlotWait(context, engine, limit, build).take();
    if (answer === undefined) return await make(undefined);
    return 'value' in answer ? answer.value : await holding(context, engine, limit.group, answer, make);
  } finally {
    await engine[Symbol.asyncDispose]();
  }
}

async function holding<T>(
  { request, services }: Context,
  engine: LockEngine,
  group: string,
  { id, claim }: Slot,
  make: (slot: Claim) => Promise<T>,
): Promise<T> {
  const paths = slotPaths(request.subject.root, group, id);
  try {
    return await make(claim);
  } catch (error) {
    // What a build does about it that is to be published is its own affair: of that nothing is thrown.
    const told = error instanceof OnceError && error.code !== 'BUILD_FAILED';
    if (services.signal.aborted || told || !(await isLost(claim))) throw error;
    throw lost(request.subject.key, paths.dir, error);
  } finally {
    try {
      await claim[Symbol.asyncDispose]();
      await sweep(paths, (token) => engine.alive(id, token), services.cleanupDeadline);
    } catch (error) {
      // What the step did stays true. A slot that could not be given back is taken over once this process is gone.
      services.reporter.warn(
        `Giving back the build slot in ${paths.dir} failed: ${messageOf(error)}. Whoever needs it takes it over once this step has ended.`,
      );
    }
  }
}

function lost(key: string, dir: string, cause: unknown): OnceError {
  return new OnceError(
    'LOCK_LOST',
    `The build slot in ${dir} was lost while "${shorten(key)}" was built for this job alone. Either this host stood still for long, or the disk or its network does not let heartbeats through (see the kernel log of this host). Run the job again.`,
    { cause },
  );
}

type Limit = NonNullable<Request['policy']['slots']>;

/** How often, in ms, each waiter looks at all slots, and not only at those that were seen to change. */
const ALL_EVERY_MS = 1000;

/**
 * Milliseconds to let others go first. All who wait wake at once, and in an order that the system keeps to, so that one
 * would lose time and again: chance decides, and the longer a step has waited, the less it leaves to chance. Who has just
 * come waits as well, up to 24 ms, so that it does not take what became free for others.
 */
function courtesy(waitedMs: number): number {
  return (24 * Math.random()) / (1 + waitedMs / 30) ** 2;
}

/**
 * Who was woken so often and always came too late looks again a few times at once, 2 ms apart, instead of being woken with
 * all the others for the next slot. Where builds take minutes this comes to nothing.
 */
const UNLUCKY = 45;
const HURRIED_LOOKS = 6;
const HURRIED_MS = 2;

/** One step that waits for a slot. */
class SlotWait<T> {
  readonly #context: Context;
  readonly #engine: LockEngine;
  readonly #limit: Limit;
  readonly #build: Build<T>;
  readonly #slots: Slots;
  readonly #log: WaitLog;
  /** Who has which, as far as it was seen. */
  readonly #busy = new Map<string, Holder>();
  #warned = false;

  constructor(context: Context, engine: LockEngine, limit: Limit, build: Build<T>) {
    const { root } = context.request.subject;
    this.#context = context;
    this.#engine = engine;
    this.#limit = limit;
    this.#build = build;
    this.#slots = new Slots(engine, limit.count, (id) => makeSlotDirs(slotPaths(root, limit.group, id)));
    this.#log = new WaitLog(context.services.reporter);
  }

  /** @returns undefined where none is needed */
  async take(): Promise<Slot | { readonly value: T } | undefined> {
    const { signal } = this.#context.services;
    await sleep(courtesy(0), signal);
    signal.throwIfAborted();
    const first = await this.#try();
    if (!('busy' in first)) {
      // Only for a warning, which must not cost the build.
      await this.#compareAll(first.id).catch(() => {});
      return first;
    }
    // What a job has claimed is built by its steps, this one among them, so its slot is this one's too. To wait for
    // another could last for ever.
    if ([...first.busy.values()].some((holder) => isOwn(holder, this.#context))) return undefined;
    const watch = this.#slots.watch();
    this.#context.tally.slot.start();
    try {
      return await this.#wait(watch);
    } finally {
      this.#context.tally.slot.stop();
      await watch[Symbol.asyncDispose]();
    }
  }

  async #wait(watch: SlotWatch): Promise<Slot | { readonly value: T }> {
    const { services, tally, request } = this.#context;
    let [worthATry, since]: [readonly string[] | undefined, () => number] = [undefined, stopwatch()];
    let [losses, looks] = [0, 0];
    for (;;) {
      services.signal.throwIfAborted();
      const instead = await this.#build.instead();
      if (instead !== undefined) return instead;
      const answer = await this.#try(worthATry);
      if (!('busy' in answer)) return answer;
      const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
      if (leftMs <= 0) throw this.#timedOut();
      // Slots change hands all the time: who has them now is told when it is time for a line, not at each change.
      this.#log.note('slots', tally.slot.ms, (after) => `Waiting${after} for a build slot: ${this.#told()}.`);
      const inHurry = losses >= UNLUCKY && looks < HURRIED_LOOKS;
      const changed = await watch.next(services.signal, Math.min(leftMs, inHurry ? HURRIED_MS : ALL_EVERY_MS));
      [losses, looks] = inHurry ? [losses, looks + 1] : [losses + 1, 0];
      if (!inHurry) await sleep(courtesy(tally.slot.ms), services.signal);
      // Whoever dies changes nothing, and where others change all the time no poll comes to its end.
      [worthATry, since] = since() < ALL_EVERY_MS ? [changed, since] : [undefined, stopwatch()];
    }
  }

  async #try(ids?: readonly string[]): ReturnType<Slots['tryTake']> {
    const { request, services } = this.#context;
    const { who, worker, steps } = services;
    const job = steps && { job: digestOf(worker, who) };
    const asker = { key: request.subject.key, who, build: this.#build.token, ...job };
    const taking = await this.#slots.tryTake(asker, ids);
    if (!('busy' in taking)) return taking;
    for (const [id, holder] of taking.busy) this.#busy.set(id, holder);
    this.#compare([...taking.busy.values()]);
    return taking;
  }

  /** Those with a larger number may have slots that this job never asks for. */
  async #compareAll(own: string): Promise<void> {
    const { root } = this.#context.request.subject;
    const others = slotsOf(root, this.#limit.group).filter((id) => id !== own);
    const holders = await Promise.all(others.map((id) => this.#engine.holder(id)));
    this.#compare(holders.filter((holder) => holder !== undefined));
  }

  /** Jobs of one group that count with different numbers: neither bound is what anybody expects. */
  #compare(holders: readonly Holder[]): void {
    const { count, group } = this.#limit;
    const other = holders.find(({ asker }) => asker?.slots !== undefined && asker.slots !== count);
    if (other === undefined || this.#warned) return;
    this.#warned = true;
    const { reporter } = this.#context.services;
    reporter.warn(
      `max-in-flight: this job says ${count} for the group "${group}", and ${describeHolder(other, 0)} says ${other.asker?.slots}. Write the same number in both, or give one of them another \`group\`.`,
    );
  }

  #told(): string {
    const { group, count } = this.#limit;
    const busy = [...this.#busy.values()];
    const who = busy.map((holder) => `${describeHolder(holder, this.#context.tally.slot.ms)}`).join('; ');
    const slots =
      count === 1
        ? `the only slot of the group "${group}" is busy`
        : `${busy.length} of ${count} slots of the group "${group}" are busy`;
    return `${slots}: ${shorten(who, 1000)}`;
  }

  #timedOut(): OnceError {
    const { request, tally } = this.#context;
    const { waitTimeoutMs } = request.policy;
    const what =
      waitTimeoutMs === 0
        ? 'could not be built at once, and `wait-timeout: 0` does not wait'
        : `could not be built within ${formatDuration(tally.waitedMs)} (wait-timeout ${formatDuration(waitTimeoutMs)})`;
    return new OnceError(
      'WAIT_TIMEOUT',
      `"${shorten(request.subject.key)}" ${what}: ${this.#told()}. Give it longer with \`wait-timeout\`, or raise \`max-in-flight\` in all jobs of the group.`,
    );
  }
}
