import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { systemCode } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Attempt } from '../producer.ts';
import { decompressor } from './decompress.ts';
import { foreignFormOf, formatOf, HEAD_BYTES, isArchiveName, isUsedPacked } from './format.ts';
import { PlainFile, type Receiver } from './http/receiver.ts';
import { Damaged } from './http/refusal.ts';
import { FinalError } from './http/trouble.ts';
import type { Limits } from './limits.ts';
import { PackedFile } from './packed.ts';
import { Tar } from './tar/tar.ts';
import { Unpacked } from './unpacked.ts';

/** Where a download goes, and its limits. */
export interface Place
  extends Pick<Attempt, 'out' | 'groupShared' | 'scratch' | 'env' | 'token' | 'signal' | 'onSpawn' | 'reporter'> {
  /** The file name for a download that is not an archive. */
  readonly name: string;
  readonly strip: number;
  readonly limits: Limits;
}

/** Receives a download: unpacks it or stores it as a file, depending on its first bytes. */
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

  /** Whether the content itself showed that it was whole. */
  get isShownWhole(): boolean {
    return this.#receiver?.isShownWhole === true;
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
    const format = isUsedPacked(name) ? 'other' : formatOf(this.#head);
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
        // Without the signal, a program that hangs would block the download for ever.
        const stage = addAbortSignal(signal, decompressor(format, this.#place));
        return new PackedFile(stage, limits, choices);
      }
    }
  }

  #unpacked(): Unpacked {
    const { out, strip, groupShared = false } = this.#place;
    return new Unpacked(out, strip, groupShared);
  }

  /** @param counted whether the bytes that arrive are unpacked already, and so count towards the limits here */
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
      get isShownWhole() {
        return tar.isShownWhole;
      },
      close: () => tar.close(),
    };
  }

  /** @throws FinalError with `strip`, which only makes sense where something is unpacked */
  #packedAway(form: string): Receiver {
    const { name, strip, out, reporter } = this.#place;
    const what = `"${shorten(name)}" is an archive (${form}) that this action does not unpack`;
    const advice = 'unpack it in `run`, or fetch it as tar.gz, tar.xz, tar.zst, tar.bz2 or zip';
    if (strip > 0) throw new FinalError(`${what}, so \`strip\` cannot be used; ${advice}`);
    reporter.warn(`url: ${what}: it is put there as it came. If that is not what you want, ${advice}.`);
    return fileNamed(out, name);
  }

  /** @throws Damaged if an archive is expected: other content is mostly an error page */
  #plain(): Receiver {
    const { name, strip, out } = this.#place;
    const foreign = foreignFormOf(this.#head, name);
    if (foreign !== undefined) return this.#packedAway(foreign);
    const reason = isArchiveName(name) ? `its name is ${name}` : strip > 0 ? '`strip` is set' : undefined;
    if (reason === undefined) return fileNamed(out, name);
    throw new Damaged(
      `${reason}, but the download is not an archive`,
      'open the URL by hand: it may be a login page or an error page',
    );
  }
}

/** @throws FinalError if the system finds the name of the download too long */
function fileNamed(out: string, name: string): PlainFile {
  try {
    return new PlainFile(join(out, name));
  } catch (error) {
    if (systemCode(error) !== 'ENAMETOOLONG') throw error;
    throw new FinalError(
      `the URL ends with a file name that is too long for the file system ("${shorten(name)}"); publish the file under a shorter one, or download it in \`run\``,
    );
  }
}
