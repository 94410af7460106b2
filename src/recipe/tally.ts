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
  /** Milliseconds from the end of the build until it was published or refused. */
  publishMs: number | undefined;
  /** Milliseconds that fetching it from elsewhere took, in place of a build. */
  restoreMs: number | undefined;
  /** The group that a slot was asked of. */
  slotGroup: string | undefined;
  /** How many locks of dead holders this step has opened. */
  takeovers: () => number = () => 0;
  /** For those who build the same key. */
  readonly lock = new Waiting();
  /** For permission to build. */
  readonly slot = new Waiting();

  /** Milliseconds of all waiting, which has one limit. */
  get waitedMs(): number {
    return this.lock.ms + this.slot.ms;
  }
}
