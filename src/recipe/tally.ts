import { stopwatch } from '../base/wait.ts';

/** What is known so far about a step; read at its end, also when that is a failure. */
export class Tally {
  /** Milliseconds that building took, whoever did it. */
  buildMs: number | undefined;
  identity: string | undefined;
  #waitedMs = 0;
  #waiting: (() => number) | undefined;

  /** Milliseconds spent waiting for others so far. */
  get waitedMs(): number {
    return this.#waitedMs + (this.#waiting?.() ?? 0);
  }

  startWaiting(): void {
    this.#waiting ??= stopwatch();
  }

  stopWaiting(): void {
    this.#waitedMs = this.waitedMs;
    this.#waiting = undefined;
  }
}
