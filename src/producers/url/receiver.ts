import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { isProgram } from './format.ts';

/** What takes the bytes of a download, in order. */
export interface Receiver {
  /** Resolves when it may get the next ones; they may be kept until then. */
  write(chunk: Buffer): Promise<void> | void;
  /** There are no more. Resolves when all is in its place. */
  end(): Promise<void> | void;
  /** Lets go of what it holds; called in any case, last. */
  close(): void;
}

/** A file that stays as it is; a program is made executable. */
export class PlainFile implements Receiver {
  readonly #path: string;
  readonly #file: number;
  #first = true;
  #open = true;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'wx');
  }

  write(chunk: Buffer): void {
    if (this.#first && isProgram(chunk)) fchmodSync(this.#file, 0o777 & ~process.umask());
    this.#first = false;
    writeAll(this.#file, chunk, this.#path);
  }

  end(): void {
    this.close();
  }

  close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }
}

/**
 * Writes all of a chunk.
 * @throws the system's error, with the path: which disk is full is what has to be known
 */
export function writeAll(file: number, chunk: Uint8Array, path: string): void {
  try {
    for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}
