import { createHash } from 'node:crypto';
import { closeSync, constants, createWriteStream, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { type Visited, walk } from '../../host/walk.ts';
import { decode } from '../../producers/url/tar/header.ts';
import { Archive, CHUNK } from './archive.ts';
import { Names } from './names.ts';
import { END, headerOf } from './tar-writer.ts';

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

/** Bytes of what is packed that are written at a time. */
const OUT_BYTES = 1024 * 1024;
/** Bytes that are read before they are packed: packing has a thread of its own. */
const AHEAD_BYTES = 8 * CHUNK;
/** Not to be kept waiting by a pipe, nor led away by a link, that came in place of a file since it was listed. */
const AS_FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Packs a tree into one file: tar, packed with zstd at its fastest level. For a process of its own: it reads files
 * synchronously.
 *
 * The bytes follow from the description and the tree: names in the order of their bytes, contents, permission bits, targets
 * of links, which names are one file, and times in whole seconds, of folders too. Owners, inodes and the order on the disk
 * are not in them. Another version of Node may bring another zstd, which packs the same tar into other bytes. A restored
 * tree has other times of its folders, so a pack of it has other bytes.
 *
 * @param tree the folder whose content is packed
 * @param description text of the first entry
 * @param file is created; its folder exists
 * @param home the only path where the tree works; undefined: it works anywhere
 * @throws Refusal for what no other host could unpack; the system's error
 */
export async function writePack(tree: string, description: string, file: string, home?: string): Promise<Packed> {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = zlib.constants;
  const zstd = zlib.createZstdCompress({
    ...{ chunkSize: OUT_BYTES, highWaterMark: AHEAD_BYTES },
    params: { [level]: 1, [checksum]: 1 },
  });
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
    await addTree(new Archive(zstd), tree, description, new Names(home));
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

async function addTree(archive: Archive, tree: string, description: string, names: Names): Promise<void> {
  const text = Buffer.from(description);
  archive.put(headerOf({ type: 'file', name: Buffer.from(DESCRIPTION), mode: 0o644, size: text.length, mtime: 0 }));
  archive.put(text);
  archive.pad(text.length);
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
  const common = { name: inTree(latin1), mode: stats.mode, mtime: Math.floor(stats.mtimeMs / 1000), size: 0 };
  const first = stats.isFile() ? names.firstOf(name, stats) : undefined;
  if (stats.isDirectory()) archive.put(headerOf({ ...common, type: 'folder' }));
  else if (target !== undefined) archive.put(headerOf({ ...common, type: 'link', target }));
  else if (first !== undefined)
    archive.put(headerOf({ ...common, type: 'hard link', target: inTree(first.toString('latin1')) }));
  else return addFile(archive, headerOf({ ...common, type: 'file', size: stats.size }), path, name, stats);
  return archive.drained();
}

function inTree(latin1: string): Buffer {
  return Buffer.from(`${TREE}/${latin1}`, 'latin1');
}

function addFile(
  archive: Archive,
  header: Buffer,
  path: Buffer,
  name: Buffer,
  { size }: Stats,
): Promise<void> | undefined {
  const file = openSync(path, AS_FILE);
  if (size > CHUNK) return addSlowly(archive, file, header, name, size);
  try {
    archive.put(header);
    for (let left = size; left > 0; ) left -= read(archive, file, left, name);
    archive.pad(size);
  } finally {
    closeSync(file);
  }
  return archive.drained();
}

async function addSlowly(archive: Archive, file: number, header: Buffer, name: Buffer, size: number): Promise<void> {
  try {
    archive.put(header);
    for (let left = size; left > 0; ) {
      left -= read(archive, file, left, name);
      await archive.drained();
    }
    archive.pad(size);
  } finally {
    closeSync(file);
  }
}

/** Reads the next bytes of a file, `left` at most. @throws if it ends before */
function read(archive: Archive, file: number, left: number, name: Buffer): number {
  const count = archive.fill((chunk, at, room) => readSync(file, chunk, at, Math.min(left, room), null));
  if (count === 0) throw new Error(`${decode(name)} became shorter while it was packed`);
  return count;
}
