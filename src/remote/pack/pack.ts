import { createHash } from 'node:crypto';
import { closeSync, constants, createWriteStream, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { type Visited, walk } from '../../host/walk.ts';
import { decode } from '../../producers/url/tar/header.ts';
import { Names } from './names.ts';
import { END, headerOf, paddingOf } from './tar-writer.ts';

/** What is in a pack beside the tree: the manifest of the build, as its first entry. */
export const DESCRIPTION = 'build-once.json';
/** The folder of a pack that the tree is in. */
export const TREE = 'tree';

/** What a pack turned out to be. */
export interface Packed {
  /** sha256 of the pack, in hex. */
  readonly digest: string;
  /** Bytes of the pack. */
  readonly bytes: number;
}

/** Bytes that are read or written at a time. */
const CHUNK = 1024 * 1024;
/** Not to be kept waiting by a pipe, nor led away by a link, that came in place of a file since it was listed. */
const AS_FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Packs a tree into one file: tar, packed with zstd at its fastest level. For a process of its own: it reads files
 * synchronously.
 *
 * @param tree the folder whose content is packed
 * @param description text of the first entry
 * @param file is created; its folder exists
 * @throws Refusal for what no other host could unpack; the system's error
 */
export async function writePack(tree: string, description: string, file: string): Promise<Packed> {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = zlib.constants;
  const zstd = zlib.createZstdCompress({ chunkSize: CHUNK, params: { [level]: 1, [checksum]: 1 } });
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const written = pipeline(zstd, count, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  // Its error is thrown below, once the tree is no longer read.
  written.catch(() => {});
  try {
    await addTree(new Archive(zstd), tree, description);
  } catch (error) {
    zstd.destroy();
    await written.catch((failed) => {
      // A full disk ends the stream first; whoever then writes into it only learns that it has ended.
      if (failed.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw failed;
    });
    throw error;
  }
  await written;
  return { digest: hash.digest('hex'), bytes };
}

async function addTree(archive: Archive, tree: string, description: string): Promise<void> {
  const text = Buffer.from(description);
  archive.put(
    headerOf({ type: 'file', name: Buffer.from(DESCRIPTION), mode: 0o644, size: text.length, mtime: 0 }),
    text,
    Buffer.alloc(paddingOf(text.length)),
  );
  const names = new Names();
  await walk(tree, (visited) => (visited.name === '' ? undefined : add(archive, names, visited)), { sorted: true });
  names.finish();
  archive.put(END);
  await archive.end();
}

/** @returns a promise where the archive has to be waited for: it is written more slowly than the tree is read */
function add(archive: Archive, names: Names, { name: latin1, path, stats }: Visited): Promise<void> | undefined {
  const name = Buffer.from(latin1, 'latin1');
  const target = stats.isSymbolicLink() ? readlinkSync(path, 'buffer') : undefined;
  names.add(name, stats, target);
  const common = { name: inTree(name), mode: stats.mode, mtime: Math.floor(stats.mtimeMs / 1000), size: 0 };
  const first = stats.isFile() ? names.firstOf(name, stats) : undefined;
  if (stats.isDirectory()) archive.put(headerOf({ ...common, type: 'folder' }));
  else if (target !== undefined) archive.put(headerOf({ ...common, type: 'link', target }));
  else if (first !== undefined) archive.put(headerOf({ ...common, type: 'hard link', target: inTree(first) }));
  else return addFile(archive, headerOf({ ...common, type: 'file', size: stats.size }), path, name, stats);
  return archive.drained();
}

function inTree(name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${TREE}/`), name]);
}

function addFile(
  archive: Archive,
  header: Buffer,
  path: Buffer,
  name: Buffer,
  { size }: Stats,
): Promise<void> | undefined {
  const file = openSync(path, AS_FILE);
  archive.put(header);
  if (size > CHUNK) return addSlowly(archive, file, name, size);
  try {
    archive.put(readPart(file, size, name), Buffer.alloc(paddingOf(size)));
  } finally {
    closeSync(file);
  }
  return archive.drained();
}

async function addSlowly(archive: Archive, file: number, name: Buffer, size: number): Promise<void> {
  try {
    for (let left = size; left > 0; ) {
      const part = readPart(file, Math.min(left, CHUNK), name);
      archive.put(part);
      left -= part.length;
      await archive.drained();
    }
    archive.put(Buffer.alloc(paddingOf(size)));
  } finally {
    closeSync(file);
  }
}

/** The next bytes of a file. @throws if it ends before */
function readPart(file: number, size: number, name: Buffer): Buffer {
  const part = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) {
    const count = readSync(file, part, at, size - at, null);
    if (count === 0) throw new Error(`${decode(name)} became shorter while it was packed`);
    at += count;
  }
  return part;
}

/** Collects what is written into chunks: one call of a stream for each header would take longer than the packing. */
class Archive {
  readonly #to: Writable;
  #parts: Buffer[] = [];
  #held = 0;
  #isFull = false;

  constructor(to: Writable) {
    this.#to = to;
  }

  put(...parts: readonly Buffer[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.#held += part.length;
    }
    if (this.#held >= CHUNK) this.#flush();
  }

  /** undefined: more can be written at once. */
  drained(): Promise<void> | undefined {
    if (!this.#isFull) return undefined;
    this.#isFull = false;
    return new Promise((resolve, reject) => {
      const settle = () => {
        for (const event of ['drain', 'close', 'error']) this.#to.off(event, settle);
        if (this.#to.destroyed) reject(this.#to.errored ?? new Error('the pack cannot be written'));
        else resolve();
      };
      for (const event of ['drain', 'close', 'error']) this.#to.once(event, settle);
    });
  }

  async end(): Promise<void> {
    this.#flush();
    await this.drained();
    this.#to.end();
  }

  #flush(): void {
    this.#isFull = !this.#to.write(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#held = 0;
  }
}
