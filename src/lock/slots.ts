import { type Asker, type Claim, type Holder, isClaim, type LockEngine } from './engine.ts';

/** A slot, which is a claim of a lock. */
export interface Slot {
  readonly id: string;
  readonly claim: Claim;
}

export interface SlotWatch extends AsyncDisposable {
  /**
   * As {@link Watch.next}. Where many wait, all of them wake at each change: so each looks only at what changed.
   * @returns those worth a try: what was seen to change, or all where nothing was
   */
  next(signal: AbortSignal, atMostMs: number): Promise<readonly string[]>;
}

/**
 * Permissions to build, of which there are so many. A slot is the same lock as a key's, one folder for each, so that who
 * has one is who is really alive: nothing is counted, and nothing drifts.
 */
export class Slots {
  readonly #engine: LockEngine;
  readonly #count: number;
  readonly #prepare: (id: string) => void;

  /**
   * @param engine whose ids are `0`, `1` and so on
   * @param prepare makes what a claim of that slot needs
   */
  constructor(engine: LockEngine, count: number, prepare: (id: string) => void) {
    this.#engine = engine;
    this.#count = count;
    this.#prepare = prepare;
  }

  /**
   * Takes the lowest that is free, so that fewer are in use when a smaller number is asked for later. Never waits.
   * @param ids those to try; all of them unless told
   * @returns the slot, or who has which
   */
  async tryTake(
    asker: Omit<Asker, 'slots'>,
    ids: Iterable<string> = this.#ids(),
  ): Promise<Slot | { readonly busy: ReadonlyMap<string, Holder> }> {
    const busy = new Map<string, Holder>();
    for (const id of ids) {
      this.#prepare(id);
      const claim = await this.#engine.claim(id, { ...asker, slots: this.#count });
      if (isClaim(claim)) return { id, claim };
      busy.set(id, claim);
    }
    return { busy };
  }

  /** One after the other: whoever writes a very large number for no limit needs the first few. */
  *#ids(): Generator<string, void, undefined> {
    for (let index = 0; index < this.#count; index++) yield `${index}`;
  }

  /** Tells which of them may be free. */
  watch(): SlotWatch {
    const watches = Array.from(this.#ids(), (id) => ({ id, watch: this.#engine.watch(id) }));
    return {
      async next(signal, atMostMs) {
        const over = new AbortController();
        const end = () => over.abort();
        signal.addEventListener('abort', end);
        if (signal.aborted) end();
        const each = watches.map(async ({ id, watch }) => ({ id, seen: await watch.next(over.signal, atMostMs) }));
        await Promise.race(each);
        end();
        // One at a time: a watch that is still being asked could not be asked again.
        const all = await Promise.all(each);
        signal.removeEventListener('abort', end);
        const changed = all.filter(({ seen }) => seen);
        return (changed.length > 0 ? changed : all).map(({ id }) => id);
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(watches.map(({ watch }) => watch[Symbol.asyncDispose]()));
      },
    };
  }
}
