import { close, fchmodSync, ftruncate, open, read, type Stats, write } from 'node:fs';
import { promisify } from 'node:util';
import { unless } from '../../base/errors.ts';

/** Length of a block, in bytes: what is read at once, and the shortest hole that a copy keeps. */
const BLOCK = 64 * 1024;
/** `Stats.blocks` counts in these, whatever the file system. */
const SECTOR = 512;

/** Whether a file has holes that are worth keeping: it takes less of the disk than it is long. */
export function isSparse({ size, blocks }: Stats): boolean {
  return size - blocks * SECTOR >= BLOCK;
}

/**
 * Copies an open file to `to`, which must not exist, with a hole wherever a block holds zeros alone: Node cannot ask
 * where the holes of the source are.
 *
 * @throws the signal's reason when aborted; the system's error
 */
export async function copySparse(from: number, to: Buffer, { size, mode }: Stats, signal?: AbortSignal): Promise<void> {
  const file = await promisify(open)(to, 'wx', 0o600);
  const block = Buffer.alloc(BLOCK);
  const zeros = Buffer.alloc(BLOCK);
  try {
    // As the system's own copy does, which asks no umask. Some file systems have no modes to set.
    unless(['EPERM', 'ENOTSUP'], () => fchmodSync(file, mode & 0o7777));
    for (let at = 0; at < size; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await promisify(read)(from, block, 0, BLOCK, at);
      if (bytesRead === 0) break;
      const data = block.subarray(0, bytesRead);
      if (!data.equals(zeros.subarray(0, bytesRead))) await writeAll(file, data, at);
      at += bytesRead;
    }
    await promisify(ftruncate)(file, size);
  } finally {
    await promisify(close)(file);
  }
}

async function writeAll(file: number, data: Buffer, at: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    done += (await promisify(write)(file, data, done, data.length - done, at + done)).bytesWritten;
  }
}
