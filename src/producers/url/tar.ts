import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import type { Receiver } from './http/receiver.ts';
import { Damaged, Refusal } from './http/refusal.ts';
import type { Sink, Unpacked } from './unpacked.ts';

/** Types of entries that describe the archive or another system, and contain no file. */
const WITHOUT_FILE = ['TapeVolumeHeader', 'SolarisACL', 'InodeMetadata'];
const FOLDERS = ['Directory', 'GNUDumpDir'];
const FILES = ['File', 'OldFile', 'ContiguousFile'];

/** Unpacks a tar archive as it arrives. Each chunk is written when `write` returns. */
export class Tar implements Receiver {
  readonly #unpacked: Unpacked;
  readonly #parser: Parser;
  #sink: Sink | undefined;

  constructor(unpacked: Unpacked) {
    this.#unpacked = unpacked;
    const parser = new Parser({ strict: true, gzip: false, zstd: false, brotli: false });
    // An error thrown by a listener is thrown by `write`.
    parser.on('error', (error: Error) => {
      throw error instanceof Refusal ? error : new Damaged(error.message);
    });
    parser.on('entry', (entry) => this.#add(entry));
    parser.on('ignoredEntry', refuseUnknown);
    parser.on('meta', refuseSparse);
    this.#parser = parser;
  }

  write(chunk: Buffer): void {
    this.#parser.write(chunk);
  }

  end(): void {
    this.#parser.end();
    this.#unpacked.finish();
  }

  close(): void {
    this.#sink?.close();
    this.#sink = undefined;
  }

  #add(entry: ReadEntry): void {
    const { path, type, mode, mtime, linkpath = '' } = entry;
    if (type === 'SymbolicLink') this.#unpacked.addSymlink(path, linkpath);
    else if (type === 'Link') this.#unpacked.addHardLink(path, linkpath);
    else if (isFolder(entry)) this.#unpacked.addFolder(path, { mode, mtime });
    else if (FILES.includes(type)) this.#sink = this.#unpacked.openFile(path, { mode, mtime });
    else throw new Refusal(path, 'is neither a file nor a folder nor a link');
    this.#feed(entry, this.#sink);
  }

  #feed(entry: ReadEntry, sink: Sink | undefined): void {
    if (sink === undefined) {
      entry.resume();
      return;
    }
    entry.on('data', (chunk) => sink.write(chunk));
    entry.on('end', () => {
      this.#sink = undefined;
      sink.close();
    });
  }
}

/** Old archives mark a folder only by a slash at the end. */
function isFolder({ type, path }: ReadEntry): boolean {
  return FOLDERS.includes(type) || (FILES.includes(type) && path.endsWith('/'));
}

function refuseUnknown({ path, type, meta }: ReadEntry): void {
  if (!meta && WITHOUT_FILE.includes(type)) return;
  if (type === 'SparseFile') throw sparse(path);
  throw new Refusal(path, meta ? 'has a name that is far too long' : `is of a kind that is not supported (${type})`);
}

/** Newer archives announce a sparse file in an extended header. */
function refuseSparse(text: string): void {
  if (/^\d+ GNU\.sparse\./m.test(text)) throw sparse(/ GNU\.sparse\.name=(.*)$/m.exec(text)?.[1] ?? '');
}

function sparse(name: string): Refusal {
  return new Refusal(name, 'is a sparse file, which is not supported: pack it without --sparse');
}
