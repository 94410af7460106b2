import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';

/** Bytes of the longest record. */
export const RECORD_BYTES = 64 * 1024;

/** What there is under the name of a record. `strange`: nothing that build-once wrote; `why` continues "it is …". */
export type Shared =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'strange'; readonly why: string };

// A link is not followed, and a pipe without a writer is not waited for. Windows has neither flag.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const MISSING = ['ENOENT', 'ENOTDIR', 'ESTALE'];
const STRANGE: Readonly<Record<string, string>> = { ELOOP: 'a link', ENXIO: 'a socket', EISDIR: 'a folder' };

/**
 * Reads a small file that any job may have written: the only way in which records, notes and manifests are read. It costs
 * no more calls than `readFileSync`, never hangs, and never takes more memory than a record may have.
 * @throws the system's error, such as EACCES
 */
export function readShared(path: string, most = RECORD_BYTES): Shared {
  let file: number;
  try {
    file = openSync(path, FLAGS);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (MISSING.includes(code)) return { kind: 'missing' };
    const why = STRANGE[code];
    if (why === undefined) throw error;
    return { kind: 'strange', why };
  }
  try {
    return read(file, most);
  } finally {
    closeSync(file);
  }
}

/** The text of a record; undefined if there is none, or something strange. */
export function textOf(path: string): string | undefined {
  const shared = readShared(path);
  return shared.kind === 'text' ? shared.text : undefined;
}

function read(file: number, most: number): Shared {
  const stats = fstatSync(file);
  if (!stats.isFile()) return { kind: 'strange', why: stats.isDirectory() ? 'a folder' : 'no file' };
  if (stats.size > most) return { kind: 'strange', why: `larger than ${most} bytes` };
  const bytes = Buffer.allocUnsafe(stats.size);
  // What grows while it is read is cut off, and then no record.
  return { kind: 'text', text: bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0)) };
}
