import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Holder, LockEngine } from '../../lock/engine.ts';
import { dropWait, noteWait, touchWait, waitsOf } from '../../store/waits.ts';
import type { Context } from '../context.ts';
import { describeHolder } from './wait-log.ts';

/** How often this step wakes up again after it has seen a cycle: until then the others have seen it too. */
const LINGER = 4;

/**
 * Sees that jobs wait for each other: one claimed A and wants B, the other claimed B and wants A. Each waiting step notes
 * what it waits for, and touches the note whenever it wakes; each follows the notes of the job that it waits for, from
 * holder to holder, and fails when it comes to its own.
 *
 * A note counts only when it was seen to change: so one that a killed step left says nothing, and no clocks are compared.
 */
export class Crossing {
  readonly #context: Context;
  readonly #engine: LockEngine;
  readonly #job: string;
  readonly #seen = new Map<string, number>();
  readonly #alive = new Set<string>();
  #file: string | undefined;
  #seenFor = 0;

  constructor(context: Context, engine: LockEngine) {
    this.#context = context;
    this.#engine = engine;
    this.#job = context.services.worker.id;
  }

  /**
   * Asked each time this step meets a holder.
   * @throws OnceError CLAIM_CYCLE
   */
  async check(holder: Holder): Promise<void> {
    const { job } = holder.asker ?? {};
    // Only what is held for other steps of a job can be held while that job waits.
    if (job === undefined) return this.leave();
    await this.#note();
    if (this.#seenFor === 0 && !(await this.#leadsBack(job, new Set()))) return;
    if (this.#seenFor++ >= LINGER) throw this.#cycle(holder);
  }

  /** It does not wait any more. */
  leave(): void {
    const file = this.#file;
    this.#file = undefined;
    try {
      if (file !== undefined) dropWait(file);
    } catch {
      // One that stays changes no more, so it says nothing; the step must not fail at it, with the lock in its hands.
    }
  }

  async #note(): Promise<void> {
    const { request, entry } = this.#context;
    try {
      if (this.#file === undefined || !touchWait(this.#file)) {
        this.#file = await noteWait(request.subject.root, this.#job, entry.id);
      }
    } catch {
      // A cache that may only be read, or is full: then the wait ends at its limit.
    }
  }

  async #leadsBack(job: string, visited: Set<string>): Promise<boolean> {
    if (job === this.#job) return true;
    if (visited.has(job)) return false;
    visited.add(job);
    for (const id of this.#livingWaits(job)) {
      const next = (await this.#engine.holder(id))?.asker?.job;
      if (next !== undefined && (await this.#leadsBack(next, visited))) return true;
    }
    return false;
  }

  #livingWaits(job: string): string[] {
    const waits = waitsOf(this.#context.request.subject.root, job);
    for (const { file, mtimeMs } of waits) {
      if (this.#seen.has(file) && this.#seen.get(file) !== mtimeMs) this.#alive.add(file);
      this.#seen.set(file, mtimeMs);
    }
    return waits.filter(({ file }) => this.#alive.has(file)).map(({ id }) => id);
  }

  #cycle(holder: Holder): OnceError {
    const { request, tally } = this.#context;
    return new OnceError(
      'CLAIM_CYCLE',
      `"${shorten(request.subject.key)}" is claimed by ${describeHolder(holder, tally.lock.ms)}, and that job waits in turn for a key that this one has claimed: neither would ever end. Let all jobs claim their keys in the same order.`,
    );
  }
}
