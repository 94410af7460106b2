import type { Writable } from 'node:stream';
import { paddingOf } from './tar-writer.ts';

/** Bytes of a chunk. */
export const CHUNK = 256 * 1024;

/**
 * Collects what is written into chunks, in place: a buffer and a call of the stream for each header and file would take
 * longer than the packing.
 */
export class Archive {
  readonly #to: Writable;
  /** Chunks that the stream has done with. */
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  #chunk = Buffer.allocUnsafe(CHUNK);
  #used = 0;
  #hasWritten = false;
  #isFull = false;

  constructor(to: Writable) {
    this.#to = to;
  }

  put(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      done += this.fill((chunk, at) => bytes.copy(chunk, at, done));
    }
  }

  /** Zeros after a body of this many bytes. */
  pad(size: number): void {
    const zeros = paddingOf(size);
    if (zeros > 0) this.put(ZEROS.subarray(0, zeros));
  }

  /**
   * Lets `write` put the next bytes into a chunk.
   * @param write is given the chunk, where to begin, and how many bytes there is room for; returns how many it wrote
   * @returns what `write` did
   */
  fill(write: (chunk: Buffer, at: number, room: number) => number): number {
    const count = write(this.#chunk, this.#used, CHUNK - this.#used);
    this.#used += count;
    if (this.#used === CHUNK) this.#flush();
    return count;
  }

  /** undefined: more can be written at once. Else the stream is behind, or has to be let work. */
  drained(): Promise<void> | undefined {
    if (!this.#hasWritten) return undefined;
    this.#hasWritten = false;
    if (!this.#isFull) return new Promise((resolve) => setImmediate(resolve));
    this.#isFull = false;
    return new Promise((resolve, reject) => {
      const settle = () => {
        for (const event of ['drain', 'close', 'error']) this.#to.off(event, settle);
        if (this.#to.destroyed) reject(this.#to.errored ?? new Error('the pack cannot be written'));
        else resolve();
      };
      for (const event of ['drain', 'close', 'error']) this.#to.once(event, settle);
    });
  }

  /**
   * Ends the stream once it has done with all chunks. A stream that hears of its end while it has some left packs the last
   * one in another way, so that the bytes of a pack would depend on who was faster.
   */
  async end(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.#flush((error) => (error ? reject(error) : resolve())));
    this.#to.end();
  }

  /** @param then called when the stream has done with this chunk, and with all before it */
  #flush(then?: (error?: Error | null) => void): void {
    const chunk = this.#chunk;
    this.#isFull = !this.#to.write(chunk.subarray(0, this.#used), (error) => {
      this.#spare.push(chunk);
      then?.(error);
    });
    this.#hasWritten = true;
    this.#chunk = this.#spare.pop() ?? Buffer.allocUnsafe(CHUNK);
    this.#used = 0;
  }
}

const ZEROS = Buffer.alloc(512);
