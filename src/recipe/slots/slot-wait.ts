import { OnceError } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import { sleep, stopwatch } from '../../base/wait.ts';
import type { Holder } from '../../lock/engine.ts';
import { isSlot, type Slot, type Slots, type SlotWatch } from '../../lock/slots.ts';
import type { Context } from '../context.ts';
import type { Request } from '../request.ts';
import { isOwn } from '../wait/own-claim.ts';
import { describeHolder, WaitLog } from '../wait/wait-log.ts';

/** A build that asks for permission. */
export interface Build<T> {
  readonly token: string;
  /** Asked while it waits: what came in the meantime, if the build is not needed any more. */
  readonly unneeded: () => Promise<{ readonly value: T } | undefined>;
}

type Limit = NonNullable<Request['policy']['slots']>;

/** How often, in ms, each waiter tries all slots, and not only those that were seen to change. */
const ALL_EVERY_MS = 1000;

/**
 * Milliseconds to let others go first. All waiters wake at once, and in an order that the system keeps to, so that one of
 * them would lose time and again. Therefore each pauses for a random time, and for less the longer it has waited.
 */
function courtesy(waitedMs: number): number {
  return (24 * Math.random()) / (1 + waitedMs / 30);
}

/** Milliseconds for which a step that has just come lets waiters go first: it must not take what became free for them. */
function firstCourtesy(): number {
  return 12 + 12 * Math.random();
}

/** One step that waits for a slot. */
export class SlotWait<T> {
  readonly #context: Context;
  readonly #slots: Slots;
  readonly #limit: Limit;
  readonly #build: Build<T>;
  readonly #log: WaitLog;
  /** Who has which slot, as far as it was seen. */
  readonly #busy = new Map<string, Holder>();
  #warned = false;

  constructor(context: Context, slots: Slots, limit: Limit, build: Build<T>) {
    this.#context = context;
    this.#slots = slots;
    this.#limit = limit;
    this.#build = build;
    this.#log = new WaitLog(context.services.reporter);
  }

  /** @returns undefined where no slot is needed */
  async take(): Promise<Slot | { readonly value: T } | undefined> {
    const { signal } = this.#context.services;
    if (!this.#slots.keepsOrder) await sleep(firstCourtesy(), signal);
    signal.throwIfAborted();
    const first = await this.#try();
    if (first !== undefined) {
      // Only for a warning, which must not cost the build.
      await this.#compareAll().catch(() => {});
      return first;
    }
    // What a job has claimed is built by its steps, this one among them, so its slot is this one's too. To wait for
    // another could last for ever.
    if ([...this.#busy.values()].some((holder) => isOwn(holder, this.#context))) return undefined;
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
    for (;;) {
      services.signal.throwIfAborted();
      const unneeded = await this.#build.unneeded();
      if (unneeded !== undefined) return unneeded;
      const slot = await this.#try(worthATry);
      if (slot !== undefined) return slot;
      const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
      if (leftMs <= 0) throw this.#timedOut();
      // Slots change hands all the time: who has them now is told when it is time for a line, not at each change.
      this.#log.note('slots', tally.slot.ms, (waiting) => `${waiting} for a build slot: ${this.#describeBusy()}.`);
      const changed = await watch.next(services.signal, Math.min(leftMs, ALL_EVERY_MS));
      if (!this.#slots.keepsOrder) await sleep(courtesy(tally.slot.ms), services.signal);
      // A death raises no event, and constant events starve the poll: retry all slots every second.
      [worthATry, since] = since() < ALL_EVERY_MS ? [changed, since] : [undefined, stopwatch()];
    }
  }

  async #try(names?: readonly string[]): Promise<Slot | undefined> {
    const { request, services } = this.#context;
    const { who, worker, steps } = services;
    const job = steps && { job: worker.id };
    const asker = { key: request.subject.key, who, build: this.#build.token, ...job };
    const answer = await this.#slots.take(asker, names);
    if (isSlot(answer)) return answer;
    for (const [name, holder] of answer) this.#busy.set(name, holder);
    this.#compare([...answer.values()]);
    return undefined;
  }

  /** Jobs with a larger number may have slots that this job never asks for. */
  async #compareAll(): Promise<void> {
    this.#compare(await this.#slots.holders());
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

  #describeBusy(): string {
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
      `"${shorten(request.subject.key)}" ${what}: ${this.#describeBusy()}. Give it longer with \`wait-timeout\`, or raise \`max-in-flight\` in all jobs of the group.`,
    );
  }
}
