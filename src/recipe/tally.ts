import { stopwatch } from '../base/wait.ts';

/** Time spent waiting for others, in one stretch or in several. */
export class Waiting {
  #before = 0;
  #now: (() => number) | undefined;

  /** Milliseconds so far. */
  get ms(): number {
    return this.#before + (this.#now?.() ?? 0);
  }

  start(): void {
    this.#now ??= stopwatch();
  }

  stop(): void {
    this.#before = this.ms;
    this.#now = undefined;
  }
}

/** What is known so far about a step; read at its end, also when that is a failure. */
export class Tally {
  /** Milliseconds that building took, whoever did it. */
  buildMs: number | undefined;
  identity: string | undefined;
  /** For those who build the same key. */
  readonly lock = new Waiting();
  /** For permission to build. */
  readonly slot = new Waiting();

  /** Milliseconds of all waiting, which has one limit. */
  get waitedMs(): number {
    return this.lock.ms + this.slot.ms;
  }
}
