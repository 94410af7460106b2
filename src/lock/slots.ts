import { type Asker, type Claim, type Holder, isClaim, type LockEngine, type Watch } from './engine.ts';

/** A slot, which is a claim of a lock. */
export interface Slot {
  readonly id: string;
  readonly claim: Claim;
}

/**
 * Permissions to build, of which there are so many. A slot is the same lock as a key's, one folder for each, so that who
 * has one is who is really alive: nothing is counted, and nothing drifts.
 */
export class Slots {
  readonly #engine: LockEngine;
  readonly #ids: readonly string[];
  readonly #prepare: (id: string) => void;

  /**
   * @param engine whose ids are `0`, `1` and so on
   * @param prepare makes what a claim of that slot needs
   */
  constructor(engine: LockEngine, count: number, prepare: (id: string) => void) {
    this.#engine = engine;
    this.#ids = Array.from({ length: count }, (_, index) => `${index}`);
    this.#prepare = prepare;
  }

  /**
   * Takes the lowest that is free, so that fewer are in use when a smaller number is asked for later. Never waits.
   * @returns the slot, or who have all of them
   */
  async tryTake(asker: Omit<Asker, 'slots'>): Promise<Slot | { readonly busy: readonly Holder[] }> {
    const busy: Holder[] = [];
    for (const id of this.#ids) {
      this.#prepare(id);
      const claim = await this.#engine.claim(id, { ...asker, slots: this.#ids.length });
      if (isClaim(claim)) return { id, claim };
      busy.push(claim);
    }
    return { busy };
  }

  /** Wakes when one of them may be free. */
  watch(): Watch {
    const watches = this.#ids.map((id) => this.#engine.watch(id));
    return {
      async next(signal, atMostMs) {
        const over = new AbortController();
        const end = () => over.abort();
        signal.addEventListener('abort', end);
        if (signal.aborted) end();
        const each = watches.map((watch) => watch.next(over.signal, atMostMs));
        await Promise.race(each);
        end();
        // One at a time: a watch that is still being asked could not be asked again.
        await Promise.all(each);
        signal.removeEventListener('abort', end);
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
      },
    };
  }
}
