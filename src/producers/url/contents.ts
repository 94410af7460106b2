import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import type { Attempt } from '../producer.ts';
import { decompressor } from './decompress.ts';
import { formatOf, HEAD_BYTES, isArchiveName, isWholeName } from './format.ts';
import type { Limits } from './limits.ts';
import { PackedFile } from './packed.ts';
import { PlainFile, type Receiver } from './receiver.ts';
import { Damaged } from './refusal.ts';
import { Tar } from './tar.ts';
import { Unpacked } from './unpacked.ts';

/** Where a download goes, and what it may be. */
export interface Place
  extends Pick<Attempt, 'out' | 'groupShared' | 'scratch' | 'env' | 'token' | 'signal' | 'onSpawn'> {
  /** A name for what is no archive. */
  readonly name: string;
  readonly strip: number;
  readonly limits: Limits;
}

/** Takes a download of whatever kind: looks at how it begins, and unpacks it or lays it down as a file. */
export class Contents implements Receiver {
  readonly #place: Place;
  #head: Buffer = Buffer.alloc(0);
  #receiver: Receiver | undefined;

  constructor(place: Place) {
    this.#place = place;
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.#receiver !== undefined) return this.#receiver.write(chunk);
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= HEAD_BYTES) await this.#begin();
  }

  async end(): Promise<void> {
    if (this.#receiver === undefined) await this.#begin();
    await this.#receiver?.end();
  }

  close(): void {
    this.#receiver?.close();
  }

  async #begin(): Promise<void> {
    this.#receiver = await this.#choose();
    await this.#receiver.write(this.#head);
  }

  async #choose(): Promise<Receiver> {
    const { name, limits, scratch, signal } = this.#place;
    const format = isWholeName(name) ? 'other' : formatOf(this.#head);
    switch (format) {
      case 'other':
        return this.#plain();
      case 'tar':
        return this.#tar(true);
      case 'zip': {
        const { Zip } = await import('./zip.ts');
        return new Zip(join(scratch, 'download.zip'), this.#unpacked(), limits, signal);
      }
      default: {
        const choices = { tar: () => this.#tar(false), plain: () => this.#plain() };
        // A program that hangs would be waited for without an end.
        const stage = addAbortSignal(signal, decompressor(format, this.#place));
        return new PackedFile(stage, limits, choices);
      }
    }
  }

  #unpacked(): Unpacked {
    const { out, strip, groupShared = false } = this.#place;
    return new Unpacked(out, strip, groupShared);
  }

  /** @param counted whether what comes is what is unpacked, to be held against the limits here */
  #tar(counted: boolean): Receiver {
    const tar = new Tar(this.#unpacked());
    if (!counted) return tar;
    const { limits } = this.#place;
    return {
      write: (chunk) => {
        limits.unpacked(chunk.length);
        tar.write(chunk);
      },
      end: () => tar.end(),
      close: () => tar.close(),
    };
  }

  /** @throws Damaged where an archive is expected: what comes instead is mostly a page that says what is wrong */
  #plain(): Receiver {
    const { name, strip, out } = this.#place;
    const expected = isArchiveName(name) ? `is named ${name}` : strip > 0 ? 'is to be stripped' : undefined;
    if (expected === undefined) return new PlainFile(join(out, name));
    throw new Damaged(
      `what came ${expected}, but is no archive`,
      'open the URL by hand: it may be a page that asks for a login, or one of an error',
    );
  }
}
