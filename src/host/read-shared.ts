import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { HELD_OPEN, systemCode, unless } from '../base/errors.ts';
import { pauseSync, RETRY_PAUSES_MS } from '../base/wait.ts';
import type { Owner } from './access/owner.ts';

/** Most bytes of a record. Each writer keeps below it. */
export const RECORD_BYTES = 64 * 1024;

/** What a file of the shared cache turned out to be. */
export type SharedFile =
  | { readonly kind: 'text'; readonly text: string; readonly mtimeMs: number; readonly owner: Owner }
  | { readonly kind: 'absent' }
  /** `why` continues a sentence that begins with the path: "is a pipe, not a file". */
  | { readonly kind: 'strange'; readonly why: string }
  /** It may not be read by this user. */
  | { readonly kind: 'refused'; readonly why: string };

const ABSENT: SharedFile = { kind: 'absent' };

/** What passes by itself: a lease that a file server calls back; on Windows, that somebody has the file open for themselves. */
const PASSING = process.platform === 'win32' ? HELD_OPEN : ['EAGAIN'];

/**
 * Reads a small text file that others may have put there. It waits for 2 s at most, follows no link at the file's own name, and
 * reads `maxBytes` at most. These are the calls of `readFileSync`: open, fstat, read, close.
 *
 * @throws the system's error if it says nothing about the file itself, such as EIO or ESTALE; EBUSY if another program
 * has leased it, or on Windows has it open, for 2 s
 */
export function readShared(file: string, maxBytes = RECORD_BYTES): SharedFile {
  let handle: number;
  try {
    handle = open(file);
  } catch (error) {
    return unopened(file, systemCode(error), error);
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return strange(`is ${kindOf(stats)}, not a file`);
    if (stats.size > maxBytes) return strange(`has ${stats.size} bytes, more than the ${maxBytes} that are allowed`);
    const bytes = readAll(handle, stats.size);
    if (!isUtf8(bytes)) return strange('is not text in UTF-8');
    return { kind: 'text', text: bytes.toString('utf8'), mtimeMs: stats.mtimeMs, owner: stats };
  } finally {
    closeSync(handle);
  }
}

/**
 * `O_NONBLOCK` makes the open of a pipe return at once. It also refuses a file that a file server has leased to a client
 * (EAGAIN), and calls the lease back: that takes a moment. Windows has neither flag.
 */
function open(file: string): number {
  for (let tries = 0; ; tries++) {
    try {
      return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    } catch (error) {
      const code = systemCode(error) ?? '';
      if (!PASSING.includes(code)) throw error;
      const pauseMs = RETRY_PAUSES_MS[tries];
      if (pauseMs === undefined) throw code === 'EAGAIN' ? Object.assign(error as Error, { code: 'EBUSY' }) : error;
      pauseSync(pauseMs);
    }
  }
}

function strange(why: string): SharedFile {
  return { kind: 'strange', why };
}

function unopened(file: string, code: string | undefined, error: unknown): SharedFile {
  if (code === 'ENOENT' || code === 'ENOTDIR') return ABSENT;
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'refused', why: `may not be read by this user (${code})` };
  // A link at the file's own name. Elsewhere in the path a circle of links leads to no file.
  if (code === 'ELOOP') return unless(['ELOOP'], () => lstatSync(file)) ? strange('is a link, not a file') : ABSENT;
  if (code === 'ENXIO' || code === 'ENODEV') return strange('is a socket or a device, not a file');
  if (code === 'EISDIR') return strange('is a folder, not a file');
  throw error;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  return stats.isFIFO() ? 'a pipe' : 'a device';
}

/** A file that shrinks meanwhile gives what there is. */
function readAll(handle: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const count = readSync(handle, bytes, length, size - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
