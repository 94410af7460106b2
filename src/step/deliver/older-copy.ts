import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isToken } from '../../base/key.ts';

/** A file in each copy of an older version. */
const MARKER = '.build-once.json';
const MOST_BYTES = 64 * 1024;
/** To open a pipe would wait for its writer. Windows has none of these flags. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Whether an older version made the copy `folder`. */
export function isOlderCopy(folder: string): boolean {
  try {
    const fields: unknown = JSON.parse(readRegular(join(folder, MARKER)));
    if (typeof fields !== 'object' || fields === null || Object.keys(fields).sort().join() !== 'build,key')
      return false;
    const { key, build } = fields as Record<string, unknown>;
    return typeof key === 'string' && key !== '' && typeof build === 'string' && (build === '' || isToken(build));
  } catch {
    return false;
  }
}

/** Throws when the file is none, is reached through a link, or is too large. */
function readRegular(path: string): string {
  const file = openSync(path, FLAGS);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > MOST_BYTES) throw new Error('not a marker');
    const bytes = Buffer.alloc(stats.size);
    return bytes.subarray(0, readSync(file, bytes)).toString();
  } finally {
    closeSync(file);
  }
}
