/** A set of byte strings of one length, numbered in the order they came. States are kept whole: nothing is guessed. */
export class StateSet {
  readonly #width: number;
  #pool: Uint8Array;
  #table: Int32Array;
  #size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#pool = new Uint8Array(width * 1024);
    this.#table = new Int32Array(4096);
  }

  get size(): number {
    return this.#size;
  }

  /** Copies a state out. */
  read(index: number, into: Uint8Array): void {
    into.set(this.#pool.subarray(index * this.#width, (index + 1) * this.#width));
  }

  /** The number of a state; if it is new, that is the size there was, and the set has grown. */
  add(state: Uint8Array): number {
    if (this.#size * 2 > this.#table.length) this.#rehash();
    const slot = this.#slotOf(state, 0);
    const there = this.#table[slot] as number;
    if (there !== 0) return there - 1;
    const index = this.#size++;
    if (this.#size * this.#width > this.#pool.length) {
      const pool = new Uint8Array(this.#pool.length * 2);
      pool.set(this.#pool);
      this.#pool = pool;
    }
    this.#pool.set(state, index * this.#width);
    this.#table[slot] = index + 1;
    return index;
  }

  /** The slot that holds the state at `offset` of `bytes`, or the free one where it belongs. */
  #slotOf(bytes: Uint8Array, offset: number): number {
    const mask = this.#table.length - 1;
    let slot = this.#hash(bytes, offset) & mask;
    for (;;) {
      const there = this.#table[slot] as number;
      if (there === 0 || this.#equal(there - 1, bytes, offset)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #hash(bytes: Uint8Array, offset: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.#width; i++) hash = Math.imul(hash ^ (bytes[offset + i] as number), 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    return hash ^ (hash >>> 13);
  }

  #equal(index: number, bytes: Uint8Array, offset: number): boolean {
    const start = index * this.#width;
    for (let i = 0; i < this.#width; i++) if (this.#pool[start + i] !== bytes[offset + i]) return false;
    return true;
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (let index = 0; index < this.#size; index++) {
      this.#table[this.#slotOf(this.#pool, index * this.#width)] = index + 1;
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
