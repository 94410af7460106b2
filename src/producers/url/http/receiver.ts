import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { isProgram } from '../format.ts';

/** Takes the bytes of a download, in order. */
export interface Receiver {
  /** Resolves when it is ready for the next chunk. */
  write(chunk: Buffer): Promise<void> | void;
  /** Called after the last chunk. Resolves when everything is written. */
  end(): Promise<void> | void;
  /** After the end: whether the content itself showed that it was whole, as archives do and plain files do not. */
  readonly isShownWhole?: boolean;
  /** Frees its resources. Always called, as the last one. */
  close(): void;
}

/** Stores a download as a file, and makes it executable if it is a program. */
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
 * Writes a whole chunk.
 * @throws the system's error with the path added, to show which disk is full
 */
export function writeAll(file: number, chunk: Uint8Array, path: string): void {
  try {
    for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}
