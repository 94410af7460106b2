import { createHash } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import * as zlib from 'node:zlib';
import { RECORD_BYTES } from '../../host/read-shared.ts';
import { Damaged } from '../../producers/url/http/refusal.ts';
import { type TarEntry, TarReader } from '../../producers/url/tar/reader.ts';
import { addTo } from '../../producers/url/tar/tar.ts';
import { type Sink, Unpacked } from '../../producers/url/unpacked.ts';
import { DESCRIPTION } from './pack.ts';

/** What the description of a pack allows. */
export interface Accepted {
  /** The most bytes that the tree may have. */
  readonly mostBytes: number;
  /** The only path where the tree works; undefined: it works anywhere. */
  readonly home: string | undefined;
}

/** What is unpacked, and what it must be. */
export interface PackToRead {
  /** The pack. */
  readonly file: string;
  /** sha256 of the pack, in hex. */
  readonly digest: string;
  /** Where the tree goes: a private, empty folder. */
  readonly out: string;
  /** Where the description goes; is created. */
  readonly description: string;
  /**
   * Called with the description, before anything is unpacked.
   * @throws to refuse the pack
   */
  readonly accept: (text: string) => Accepted;
  readonly groupShared: boolean;
}

/** Bytes that are read at a time. */
const CHUNK = 1024 * 1024;

/**
 * Unpacks what {@link writePack} wrote, with all that a download is refused for. For a process of its own: it writes files
 * synchronously.
 *
 * @throws Refusal, Damaged; what `accept` throws; the system's error. What is in `out` is then of no use.
 */
export async function readPack(pack: PackToRead): Promise<void> {
  const hash = createHash('sha256');
  const tree = new Tree(pack);
  const zstd = zlib.createZstdDecompress({ chunkSize: CHUNK });
  const source = createReadStream(pack.file, { highWaterMark: CHUNK });
  source.on('data', (chunk) => hash.update(chunk));
  source.on('error', (error) => zstd.destroy(error));
  source.pipe(zstd);
  try {
    for await (const chunk of zstd as AsyncIterable<Buffer>) tree.write(chunk);
    tree.end();
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException);
  } finally {
    tree.close();
    source.destroy();
    zstd.destroy();
  }
  const digest = hash.digest('hex');
  if (digest !== pack.digest) throw new Damaged(`sha256 mismatch: expected ${pack.digest}, got ${digest}`);
}

function explained(error: NodeJS.ErrnoException): Error {
  return /^(?:Z_|ZSTD_)/.test(error.code ?? '') ? new Damaged(`${error.message} (${error.code})`) : error;
}

const UNDESCRIBED = 'its first entry does not say what is in it';

/** The tree of a pack, as it arrives. */
class Tree {
  readonly #pack: PackToRead;
  readonly #reader: TarReader;
  #unpacked: Unpacked | undefined;
  #mostBytes = 0;
  #bytes = 0;
  #isOver = false;

  constructor(pack: PackToRead) {
    this.#pack = pack;
    this.#reader = new TarReader((entry) =>
      this.#unpacked === undefined ? this.#describe(entry) : this.#add(this.#unpacked, entry),
    );
  }

  write(chunk: Buffer): void {
    this.#reader.write(chunk);
  }

  end(): void {
    this.#reader.end();
    if (!this.#reader.isOver) throw new Damaged('it is cut short');
    if (this.#unpacked === undefined) throw new Damaged(UNDESCRIBED);
    this.#unpacked.finish();
  }

  close(): void {
    this.#isOver = true;
    this.#reader.close();
  }

  #describe({ name }: TarEntry): Sink {
    if (name !== DESCRIPTION) throw new Damaged(UNDESCRIBED);
    const parts: Buffer[] = [];
    let bytes = 0;
    return {
      write: (chunk) => {
        bytes += chunk.length;
        if (bytes > RECORD_BYTES) throw new Damaged('its description is too long');
        parts.push(Buffer.from(chunk));
      },
      close: () => {
        // Cut short within the description, which then says nothing.
        if (this.#isOver) return;
        const text = Buffer.concat(parts).toString();
        writeFileSync(this.#pack.description, text, { flag: 'wx' });
        const { mostBytes, home } = this.#pack.accept(text);
        this.#mostBytes = mostBytes;
        // Takes the folder that the tree is in off all names.
        this.#unpacked = new Unpacked(this.#pack.out, 1, this.#pack.groupShared, home);
      },
    };
  }

  #add(unpacked: Unpacked, entry: TarEntry): Sink | undefined {
    const sink = addTo(unpacked, entry);
    return sink && { write: (chunk) => this.#counted(chunk, sink), close: () => sink.close() };
  }

  #counted(chunk: Uint8Array, sink: Sink): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#mostBytes) throw new Damaged('it has more in it than its description says');
    sink.write(chunk);
  }
}
