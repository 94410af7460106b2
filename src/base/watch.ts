import { jitter, sleep } from './wait.ts';

/** Tells when it is worth looking again. */
export interface Watch extends AsyncDisposable {
  /**
   * Resolves when a change was seen, after the poll interval if the watch polls, after `atMostMs`, or when `signal`
   * aborts. Never rejects. A change between two calls is remembered.
   * @returns whether a change was seen; without one, something may have changed all the same
   */
  next(signal: AbortSignal, atMostMs: number): Promise<boolean>;
}

/** Milliseconds between two looks; they grow from the first to the slowest. */
export interface PollTimes {
  readonly pollMs: number;
  readonly slowestPollMs: number;
}

/** A watch that is told of changes by {@link ring}, and polls as well, with jitter. What is told is remembered. */
export class PolledWatch implements Watch {
  readonly #times: PollTimes;
  readonly #end: () => void;
  readonly #settle: (signal: AbortSignal) => Promise<void>;
  #pollMs: number;
  #happened = false;
  #wake = () => {};

  /**
   * @param end ends what rings
   * @param settle called before a look; what is told meanwhile is seen by that look
   */
  constructor(times: PollTimes, end: () => void, settle: (signal: AbortSignal) => Promise<void> = async () => {}) {
    this.#times = times;
    this.#end = end;
    this.#settle = settle;
    this.#pollMs = times.pollMs;
  }

  /** Says that something has changed. */
  ring(): void {
    this.#happened = true;
    this.#wake();
  }

  async next(signal: AbortSignal, atMostMs: number): Promise<boolean> {
    if (!this.#happened && !signal.aborted) {
      // Made for each wait and taken apart after it: a wait of hours must not pile up timers or listeners.
      const event = new AbortController();
      this.#wake = () => event.abort();
      signal.addEventListener('abort', this.#wake);
      await sleep(Math.min(jitter(this.#pollMs), atMostMs), event.signal);
      signal.removeEventListener('abort', this.#wake);
      this.#wake = () => {};
    }
    await this.#settle(signal);
    const seen = this.#happened;
    this.#happened = false;
    this.#pollMs = seen ? this.#times.pollMs : Math.min(this.#pollMs * 1.5, this.#times.slowestPollMs);
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }
}

/**
 * Waits for the first of several watches.
 * @returns for each watch whether it saw a change
 */
export async function nextOf(watches: readonly Watch[], signal: AbortSignal, atMostMs: number): Promise<boolean[]> {
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const each = watches.map((watch) => watch.next(over.signal, atMostMs));
  await Promise.race(each);
  end();
  // All of them: a watch that is still being asked cannot be asked again.
  const seen = await Promise.all(each);
  signal.removeEventListener('abort', end);
  return seen;
}

/** Ends several watches. */
export async function closeAll(watches: readonly Watch[]): Promise<void> {
  await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
}

/** One watch that wakes as soon as one of several does. */
export function firstOf(...watches: readonly Watch[]): Watch {
  return {
    next: async (signal, atMostMs) => (await nextOf(watches, signal, atMostMs)).includes(true),
    [Symbol.asyncDispose]: () => closeAll(watches),
  };
}
