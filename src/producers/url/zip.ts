import { closeSync, openSync, unlinkSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { type Entry, fromFd, type Options, type ZipFile } from 'yauzl';
import type { Limits } from './limits.ts';
import { PlainFile, type Receiver } from './receiver.ts';
import { Damaged, Refusal } from './refusal.ts';
import { FinalError } from './trouble.ts';
import type { Sink, Unpacked } from './unpacked.ts';

const TYPE = 0o170000;
const [FOLDER, SYMLINK, REGULAR] = [0o040000, 0o120000, 0o100000];
/** Bytes of a link's target; systems take no more. */
const MOST_TARGET = 4096;
/** Systems on which permissions are those of Unix, and names are UTF-8 though nothing says so: Unix and macOS. */
const UNIX = [3, 19];
const UTF8_FLAG = 0x800;

/**
 * A zip archive. What is in it is told at its end, and what its parts begin with may be a lie, so it is kept in a
 * scratch file until it has come as a whole.
 */
export class Zip implements Receiver {
  readonly #path: string;
  readonly #unpacked: Unpacked;
  readonly #limits: Limits;
  readonly #signal: AbortSignal;
  readonly #file: PlainFile;

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
    const file = openSync(this.#path, 'r');
    try {
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
    const zip = await promisify<number, Options, ZipFile>(fromFd)(file, { lazyEntries: true, autoClose: false });
    const open = promisify<Entry, Readable>(zip.openReadStream.bind(zip));
    for await (const entry of entriesOf(zip)) {
      this.#signal.throwIfAborted();
      await this.#add(entry, open);
    }
  }

  async #add(entry: Entry, open: (entry: Entry) => Promise<Readable>): Promise<void> {
    const name = nameOf(entry);
    const mode = isUnix(entry) ? entry.externalFileAttributes >>> 16 : 0;
    const attributes = { mode: mode === 0 ? undefined : mode, mtime: entry.getLastModDate() };
    if (entry.isEncrypted()) throw new Refusal(name, 'is encrypted');
    const type = name.endsWith('/') ? FOLDER : mode & TYPE;
    if (type === FOLDER) this.#unpacked.addFolder(name, attributes);
    else if (type === SYMLINK) this.#unpacked.addSymlink(name, await this.#target(entry, await open(entry)));
    else if (![0, REGULAR].includes(type)) throw new Refusal(name, 'is neither a file nor a folder nor a link');
    else await this.#writeFile(entry, this.#unpacked.openFile(name, attributes), open);
  }

  async #writeFile(entry: Entry, sink: Sink | undefined, open: (entry: Entry) => Promise<Readable>): Promise<void> {
    if (sink === undefined) return;
    try {
      for await (const chunk of this.#contents(entry, await open(entry))) sink.write(chunk);
    } finally {
      sink.close();
    }
  }

  async #target(entry: Entry, content: Readable): Promise<string> {
    if (entry.uncompressedSize > MOST_TARGET) throw new Refusal(nameOf(entry), 'is a link to a name that cannot be');
    const chunks: Buffer[] = [];
    for await (const chunk of this.#contents(entry, content)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  /** Counted, and compared with the checksum in the archive. */
  async *#contents({ crc32, fileName }: Entry, content: Readable): AsyncGenerator<Buffer, void, undefined> {
    let sum = 0;
    for await (const chunk of content as AsyncIterable<Buffer>) {
      this.#signal.throwIfAborted();
      this.#limits.unpacked(chunk.length);
      // From Node 20.15 on.
      sum = zlib.crc32?.(chunk, sum) ?? crc32;
      yield chunk;
    }
    if (sum !== crc32) throw new Damaged(`the checksum of ${JSON.stringify(fileName)} is wrong`);
  }
}

function isUnix({ versionMadeBy }: Entry): boolean {
  return UNIX.includes(versionMadeBy >> 8);
}

function nameOf(entry: Entry): string {
  const { fileName, fileNameRaw, generalPurposeBitFlag } = entry;
  if ((generalPurposeBitFlag & UTF8_FLAG) !== 0 || !isUnix(entry)) return fileName;
  const text = fileNameRaw.toString('utf8');
  return text.includes('\ufffd') ? fileName : text;
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry, void, undefined> {
  for (let left = zip.entryCount; left > 0; left--) {
    yield await new Promise<Entry>((resolve, reject) => {
      zip.removeAllListeners('entry').once('entry', resolve);
      zip.removeAllListeners('error').once('error', reject);
      zip.removeAllListeners('end').once('end', () => reject(new Damaged('its list of contents is too short')));
      zip.readEntry();
    });
  }
}

/** What the library says about names and sizes is said of the archive; the system's own errors stay as they are. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof FinalError || error.name === 'AbortError') return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code !== '' && !code.startsWith('Z_')) return error;
  const [, name] =
    /^(?:absolute path|invalid relative path|invalid characters in fileName): (.*)$/s.exec(error.message) ?? [];
  return name === undefined ? new Damaged(error.message) : new Refusal(name, 'leads out of the archive');
}
