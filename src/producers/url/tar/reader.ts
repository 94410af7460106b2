import { Damaged, Refusal } from '../http/refusal.ts';
import type { Sink } from '../unpacked.ts';
import { BLOCK, decode, type Header, readHeader } from './header.ts';
import { numberIn, type Records, recordsIn, requireHarmless } from './pax.ts';

/** An entry with its whole name. */
export interface TarEntry {
  readonly type: string;
  readonly name: string;
  readonly link: string;
  readonly mode: number | undefined;
  readonly mtime: Date | undefined;
}

/** Most bytes of a long name, or of the records of an entry. */
const MOST_META = 1024 * 1024;
/** Headers that describe the entries after them: records for one and for all, and long names. */
const [RECORDS, RECORDS_FOR_ALL, LONG_NAME, LONG_LINK] = [['x', 'X'], 'g', 'L', 'K'];
const META = [...RECORDS, RECORDS_FOR_ALL, LONG_NAME, LONG_LINK];
/** Links, devices, folders and pipes have no body, whatever size they have. */
const WITHOUT_BODY = ['1', '2', '3', '4', '5', '6'];
const NONE: Records = new Map();

/**
 * Reads a tar archive as it arrives, as GNU tar does: byte by byte the same names, or none. Entries, and their contents,
 * are handed over in order.
 */
export class TarReader {
  readonly #open: (entry: TarEntry) => Sink | undefined;
  /** Bytes of a block that has not arrived as a whole. */
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of the present body and of its padding that have not arrived. */
  #left = 0;
  #padding = 0;
  #sink: Sink | undefined;
  #meta: { readonly type: string; readonly chunks: Buffer[] } | undefined;
  #records = NONE;
  #forAll = NONE;
  #longName: Buffer | undefined;
  #longLink: Buffer | undefined;
  #isOver = false;

  /** @param open called for each entry; what it returns gets the body, and is closed at its end */
  constructor(open: (entry: TarEntry) => Sink | undefined) {
    this.#open = open;
  }

  /** Whether the block has arrived that ends an archive. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** @throws Damaged or Refusal; what `open` and the sinks throw */
  write(chunk: Buffer): void {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    while (rest.length > 0 && !this.#isOver) {
      if (this.#left > 0) rest = this.#takeBody(rest);
      else if (this.#padding > 0) rest = this.#skipPadding(rest);
      else if (rest.length < BLOCK) break;
      else {
        this.#takeHeader(rest.subarray(0, BLOCK));
        rest = rest.subarray(BLOCK);
      }
    }
    if (!this.#isOver) this.#held = Buffer.from(rest);
  }

  /** @throws Damaged if the archive is cut short */
  end(): void {
    if (this.#held.length > 0 || this.#left > 0 || this.#padding > 0) throw new Damaged('it is cut short');
  }

  /** Closes the file that is being written. */
  close(): void {
    this.#sink?.close();
    this.#sink = undefined;
  }

  #takeBody(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    if (this.#meta !== undefined) this.#meta.chunks.push(Buffer.from(part));
    else this.#sink?.write(part);
    if (this.#left === 0) this.#endBody();
    return bytes.subarray(part.length);
  }

  #skipPadding(bytes: Buffer): Buffer {
    const count = Math.min(bytes.length, this.#padding);
    this.#padding -= count;
    return bytes.subarray(count);
  }

  #takeHeader(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#isOver = true;
      return;
    }
    const header = readHeader(block);
    if (META.includes(header.type)) this.#beginMeta(header);
    else this.#beginEntry(header);
    this.#padding = (BLOCK - (this.#left % BLOCK)) % BLOCK;
    if (this.#left === 0) this.#endBody();
  }

  #beginMeta({ type, size, name }: Header): void {
    if (size > MOST_META) throw new Refusal(decode(name), 'has a name that is far too long');
    this.#meta = { type, chunks: [] };
    this.#left = size;
  }

  #beginEntry(header: Header): void {
    const [records, forAll] = [this.#records, this.#forAll];
    const name = decode(upToNul(records.get('path') ?? this.#longName ?? header.name));
    const link = decode(upToNul(records.get('linkpath') ?? this.#longLink ?? header.link));
    if (name === '') throw new Damaged('an entry has no name');
    // As a date, it need not be one that exists.
    const mtime = numberIn(records, 'mtime') ?? numberIn(forAll, 'mtime') ?? header.mtime;
    const size = numberIn(records, 'size') ?? header.size;
    if (!Number.isSafeInteger(size) || size < 0) throw new Refusal(name, 'has a size that is not possible');
    [this.#records, this.#longName, this.#longLink] = [NONE, undefined, undefined];
    const { type, mode } = header;
    this.#left = WITHOUT_BODY.includes(type) || (type === '0' && name.endsWith('/')) ? 0 : size;
    this.#sink = this.#open({ type, name, link, mode, mtime: dateOf(mtime) });
  }

  #endBody(): void {
    this.close();
    const { type, chunks } = this.#meta ?? { type: '', chunks: [] };
    this.#meta = undefined;
    const data = Buffer.concat(chunks);
    if (type === LONG_NAME) this.#longName = data;
    else if (type === LONG_LINK) this.#longLink = data;
    else if (type === RECORDS_FOR_ALL) this.#forAll = requireHarmless(recordsIn(data));
    else if (RECORDS.includes(type)) this.#records = recordsIn(data);
  }
}

function upToNul(data: Buffer): Buffer {
  const end = data.indexOf(0);
  return end === -1 ? data : data.subarray(0, end);
}

function dateOf(seconds: number | undefined): Date | undefined {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
