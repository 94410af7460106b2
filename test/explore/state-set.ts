/**
 * A set of byte strings of one length, numbered in the order they came. States are kept whole: nothing is guessed. They are
 * hashed and compared four bytes at a time.
 */
export class StateSet {
  readonly #width: number;
  readonly #words: number;
  /** The state that is looked for, filled up to whole words. */
  readonly #wanted: Int32Array;
  readonly #wantedBytes: Uint8Array;
  readonly #hashes = new Numbers();
  #pool: Int32Array;
  #table: Int32Array;

  constructor(width: number) {
    this.#width = width;
    this.#words = Math.ceil(width / 4);
    this.#wanted = new Int32Array(this.#words);
    this.#wantedBytes = new Uint8Array(this.#wanted.buffer);
    this.#pool = new Int32Array(this.#words * 1024);
    this.#table = new Int32Array(4096);
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** Copies a state out. */
  read(index: number, into: Uint8Array): void {
    into.set(new Uint8Array(this.#pool.buffer, index * this.#words * 4, this.#width));
  }

  /** The number of a state; if it is new, that is the size there was, and the set has grown. */
  add(state: Uint8Array): number {
    if (this.size * 2 > this.#table.length) this.#rehash();
    this.#wantedBytes.set(state);
    const hash = this.#hash();
    const slot = this.#slotOf(hash);
    const there = this.#table[slot] as number;
    if (there !== 0) return there - 1;
    const index = this.size;
    this.#hashes.push(hash);
    if (this.size * this.#words > this.#pool.length) {
      const pool = new Int32Array(this.#pool.length * 2);
      pool.set(this.#pool);
      this.#pool = pool;
    }
    this.#pool.set(this.#wanted, index * this.#words);
    this.#table[slot] = index + 1;
    return index;
  }

  /** The slot of the table that has the wanted state, or the free one where it belongs. */
  #slotOf(hash: number): number {
    const mask = this.#table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const there = this.#table[slot] as number;
      if (there === 0 || (this.#hashes.at(there - 1) === hash && this.#equal(there - 1))) return slot;
    }
  }

  #hash(): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.#words; i++) {
      hash = Math.imul(hash ^ (this.#wanted[i] as number), 0x2c1b3c6d);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x297a2d39);
    return hash ^ (hash >>> 15);
  }

  #equal(index: number): boolean {
    const start = index * this.#words;
    for (let i = 0; i < this.#words; i++) if (this.#pool[start + i] !== this.#wanted[i]) return false;
    return true;
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    const mask = this.#table.length - 1;
    for (let index = 0; index < this.size; index++) {
      let slot = this.#hashes.at(index) & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = index + 1;
    }
  }
}

/** Numbers, as many as come. */
export class Numbers {
  #values = new Int32Array(4096);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Int32Array(this.length * 2);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }
}
