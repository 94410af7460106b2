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
  readonly #file: number;
  #first = true;
  #open = true;

  constructor(path: string) {
    this.#file = openSync(path, 'wx');
  }

  write(chunk: Buffer): void {
    if (this.#first && isProgram(chunk)) fchmodSync(this.#file, 0o777 & ~process.umask());
    this.#first = false;
    for (let at = 0; at < chunk.length; ) at += writeSync(this.#file, chunk, at);
  }

  end(): void {
    this.close();
  }

  close(): void {
    if (this.#open) closeSync(this.#file);
    this.#open = false;
  }
}
