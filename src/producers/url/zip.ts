import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync } from 'node:fs';
import * as zlib from 'node:zlib';
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { shorten } from '../../base/format.ts';
import { PlainFile, type Receiver } from './http/receiver.ts';
import { Damaged, Refusal } from './http/refusal.ts';
import { FinalError } from './http/trouble.ts';
import type { Limits } from './limits.ts';
import { decode } from './tar/header.ts';
import type { Sink, Unpacked } from './unpacked.ts';

const TYPE = 0o170000;
const [FOLDER, SYMLINK, REGULAR] = [0o040000, 0o120000, 0o100000];
/** Most bytes of a link's target, as systems accept them. */
const MOST_TARGET = 4096;
/** Files up to this many bytes are unpacked at once, without a stream. */
const SMALL = 1024 * 1024;
/** The end of an archive: its mark, its bytes up to a comment whose length comes last, and the most that follows it. */
const [END_MARK, END_BYTES, MOST_COMMENT] = [Buffer.from('504b0506', 'hex'), 22, 0xffff];
const [STORED, DEFLATED] = [0, 8];
/** Systems with Unix permissions, whose names are UTF-8 even without the flag: Unix and macOS. */
const UNIX = [3, 19];
const UTF8_FLAG = 0x800;
/** The extra field with a name in UTF-8, beside one in another form. */
const UTF8_NAME = 0x7075;

/**
 * Unpacks a zip archive. Its directory is at the end, and the headers before may be wrong, so the archive is kept in a
 * scratch file until all of it has arrived.
 */
export class Zip implements Receiver {
  readonly #path: string;
  readonly #unpacked: Unpacked;
  readonly #limits: Limits;
  readonly #signal: AbortSignal;
  readonly #file: PlainFile;
  /** What it has is listed at its end. */
  readonly isShownWhole = true;

  constructor(path: string, unpacked: Unpacked, limits: Limits, signal: AbortSignal) {
    this.#path = path;
    this.#unpacked = unpacked;
    this.#limits = limits;
    this.#signal = signal;
    this.#file = new PlainFile(path);
  }

  write(chunk: Buffer): void {
    this.#file.write(chunk);
  }

  async end(): Promise<void> {
    this.#file.end();
    const file = openSync(this.#path, 'r+');
    try {
      cutAfterEnd(file);
      await this.#unpack(file);
    } catch (error) {
      throw explained(error);
    } finally {
      closeSync(file);
    }
    this.#unpacked.finish();
  }

  close(): void {
    this.#file.close();
    unlinkSync(this.#path);
  }

  async #unpack(file: number): Promise<void> {
    const zip = await fromFdPromise(file, { autoClose: false, decodeStrings: false });
    for await (const entry of zip.eachEntry()) {
      this.#signal.throwIfAborted();
      await this.#add(entry, () => this.#checked(entry, contentsOf(zip, file, entry)));
    }
  }

  async #add(entry: Entry, content: () => AsyncIterable<Buffer>): Promise<void> {
    const name = nameOf(entry);
    const mode = isUnix(entry) ? entry.externalFileAttributes >>> 16 : 0;
    const attributes = { mode: mode === 0 ? undefined : mode, mtime: entry.getLastModDate() };
    if (entry.isEncrypted()) throw new Refusal(name, 'is encrypted');
    const type = name.endsWith('/') ? FOLDER : mode & TYPE;
    if (type === FOLDER) this.#unpacked.addFolder(name, attributes);
    else if (type === SYMLINK) this.#unpacked.addSymlink(name, await textOf(entry, content()));
    else if (![0, REGULAR].includes(type)) throw new Refusal(name, 'is neither a file nor a folder nor a link');
    else await write(content(), this.#unpacked.openFile(name, attributes));
  }

  /** Counts the content towards the limits, and compares its checksum. */
  async *#checked(entry: Entry, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    let sum = 0;
    for await (const chunk of content) {
      this.#signal.throwIfAborted();
      this.#limits.unpacked(chunk.length);
      // `crc32` exists from Node 20.15 on; before, the checksum is not compared.
      sum = zlib.crc32?.(chunk, sum) ?? entry.crc32;
      yield chunk;
    }
    if (sum !== entry.crc32) throw new Damaged(`the checksum of "${shorten(nameOf(entry))}" is wrong`);
  }
}

/** Takes away what follows the end of an archive, such as a line feed or a signature: the library refuses that. */
function cutAfterEnd(file: number): void {
  const { size } = fstatSync(file);
  const tail = Buffer.alloc(Math.min(size, END_BYTES + MOST_COMMENT));
  readSync(file, tail, 0, tail.length, size - tail.length);
  const at = tail.lastIndexOf(END_MARK);
  if (at === -1 || at + END_BYTES > tail.length) return;
  const end = size - tail.length + at + END_BYTES + tail.readUInt16LE(at + END_BYTES - 2);
  if (end < size) ftruncateSync(file, end);
}

/** The unpacked content of an entry. */
async function* contentsOf(zip: ZipFile, file: number, entry: Entry): AsyncGenerator<Buffer, void, undefined> {
  const { compressedSize, uncompressedSize, compressionMethod: method } = entry;
  if (Math.max(compressedSize, uncompressedSize) > SMALL || ![STORED, DEFLATED].includes(method)) {
    yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>;
    return;
  }
  // A stream costs 0.3 ms a file, and most files are small.
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const packed = Buffer.alloc(compressedSize);
  readSync(file, packed, 0, compressedSize, fileDataStart);
  const content = method === STORED ? packed : zlib.inflateRawSync(packed, { maxOutputLength: uncompressedSize || 1 });
  if (content.length !== uncompressedSize) throw new Damaged(`"${shorten(nameOf(entry))}" is not as long as it says`);
  yield content;
}

async function write(content: AsyncIterable<Buffer>, sink: Sink | undefined): Promise<void> {
  if (sink === undefined) return;
  try {
    for await (const chunk of content) sink.write(chunk);
  } finally {
    sink.close();
  }
}

/** The target of a link. */
async function textOf(entry: Entry, content: AsyncIterable<Buffer>): Promise<string> {
  if (entry.uncompressedSize > MOST_TARGET) throw new Refusal(nameOf(entry), 'is a link with an invalid target');
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return decode(Buffer.concat(chunks));
}

function isUnix({ versionMadeBy }: Entry): boolean {
  return UNIX.includes(versionMadeBy >> 8);
}

/** The name of an entry, as unzip has it. The library would also take a backslash of Unix for a slash. */
function nameOf({ extraFields, fileNameRaw, generalPurposeBitFlag, versionMadeBy }: Entry): string {
  const unix = UNIX.includes(versionMadeBy >> 8);
  const isUtf8 = (generalPurposeBitFlag & UTF8_FLAG) !== 0 || (unix && !extraFields.some(({ id }) => id === UTF8_NAME));
  const name = isUtf8 ? decode(fileNameRaw) : getFileNameLowLevel(0, fileNameRaw, extraFields, true);
  if (!isUtf8 && name.includes('\ufffd')) throw new Refusal(name, 'is not UTF-8');
  return unix ? name : name.replaceAll('\\', '/');
}

/** Turns errors of the library into those of the archive; errors of the system stay as they are. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof FinalError || error.name === 'AbortError') return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code !== '' && !/^(?:Z_|ERR_)/.test(code)) return error;
  return new Damaged(error.message);
}
