import { join } from 'node:path';
import { closeAll, nextOf } from '../../base/watch.ts';
import { listFolder } from '../../host/file-system.ts';
import { type Asker, type Claim, type Holder, isClaim } from '../engine.ts';
import type { Busy, Slot, Slots, SlotWatch } from '../slots.ts';
import { FileEngine, type FileEngineOptions } from './engine.ts';

/** What the slots of a group are opened with. */
export interface FileSlotsOptions extends Omit<FileEngineOptions, 'folderOf' | 'word'> {
  /** The folder of the group; each slot is a folder in it. */
  readonly group: string;
  /** How many slots there are for this asker. */
  readonly count: number;
}

/**
 * Slots in a folder that processes, containers or hosts share. A slot is the same lock as a key's, one folder for each,
 * so who has one is who is really alive: nothing is counted, and nothing drifts (ADR 17). A slot is a limit, so its holder
 * ends its build before anybody else may take the slot (`strict`).
 */
export class FileSlots implements Slots {
  readonly keepsOrder = false;
  readonly #engine: FileEngine;
  readonly #group: string;
  readonly #count: number;

  constructor({ group, count, ...options }: FileSlotsOptions, Engine: typeof FileEngine = FileEngine) {
    this.#engine = new Engine({ ...options, folderOf: (slot) => join(group, slot), word: 'build slot', strict: true });
    this.#group = group;
    this.#count = count;
  }

  /** The lowest one, so that fewer are in use when a smaller number is asked for later. */
  async take(asker: Omit<Asker, 'slots'>, names: Iterable<string> = this.#names()): Promise<Slot | Busy> {
    const busy = new Map<string, Holder>();
    for (const name of names) {
      this.#engine.prepare(name);
      const answer = await this.#engine.claim(name, { ...asker, slots: this.#count });
      if (isClaim(answer)) return this.#slot(name, answer);
      busy.set(name, answer);
    }
    return busy;
  }

  async holders(): Promise<readonly Holder[]> {
    const names = listFolder(this.#group).filter((name) => /^\d+$/.test(name));
    const holders = await Promise.all(names.map((name) => this.#engine.holder(name)));
    return holders.filter((holder) => holder !== undefined);
  }

  watch(): SlotWatch {
    const names = [...this.#names()];
    const watches = names.map((name) => this.#engine.watch(name));
    return {
      async next(signal, atMostMs) {
        const seen = await nextOf(watches, signal, atMostMs);
        const changed = names.filter((_name, index) => seen[index]);
        return changed.length > 0 ? changed : names;
      },
      [Symbol.asyncDispose]: () => closeAll(watches),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }

  /** One after the other: who writes a very large number for no limit needs the first few. */
  *#names(): Generator<string, void, undefined> {
    for (let index = 0; index < this.#count; index++) yield `${index}`;
  }

  #slot(name: string, claim: Claim): Slot {
    return {
      claim,
      where: join(this.#group, name),
      release: async (signal) => {
        await claim[Symbol.asyncDispose]();
        await this.#engine.tidy(name, signal);
      },
    };
  }
}
