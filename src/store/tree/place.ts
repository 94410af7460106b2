import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import { systemCode } from '../../base/errors.ts';

/** Code of the error when a name of the source no longer is what it was. */
export const REPLACED = 'REPLACED';

/** Windows opens no folders, and makes links to some only. */
export const windows = process.platform === 'win32';
/** Below this path the kernel leads to the open files of this process themselves, whatever has their names by now. */
export const OPEN_FILES = '/proc/self/fd';
/** Whether names are looked up below open folders. */
export const byDescriptor = process.platform === 'linux' && existsSync(OPEN_FILES);

/** How to open a file that is no link. Windows has none of these flags. O_NONBLOCK: a pipe would wait for its writer. */
export const NO_LINK = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
export const FOLDER = NO_LINK | (constants.O_DIRECTORY ?? 0);

/** Where something is. Both paths have one character a byte, because a file name need not be UTF-8. */
export interface Place {
  /** For calls: below an open folder where the system can, so that no folder above can be swapped for a link. */
  readonly call: Buffer;
  /** For people, and for calls on other systems. */
  readonly path: string;
}

export function placeOf(path: string): Place {
  return { path, call: Buffer.from(path, 'latin1') };
}

/** `file`: the open `parent`. */
export function childOf(parent: Place, name: string, file: number | undefined): Place {
  const path = `${parent.path}/${name}`;
  return byDescriptor ? { path, call: Buffer.from(`${OPEN_FILES}/${file}/${name}`, 'latin1') } : placeOf(path);
}

/**
 * Opens what is there, and not what a link leads to.
 *
 * @returns no file on Windows
 * @throws the system's error; REPLACED when it is not of that kind
 */
export function openAs(place: Place, flags: number, kind: 'isFile' | 'isDirectory'): { file?: number; stats: Stats } {
  if (windows) return { stats: lstatSync(place.call) };
  const file = openSync(place.call, flags);
  const stats = fstatSync(file);
  if (stats[kind]() && (byDescriptor || isSame(place, stats))) return { file, stats };
  closeSync(file);
  throw changed();
}

/** Throws REPLACED unless `place` is what `stats` were taken of. */
export function requireSame(place: Place, stats: Stats): void {
  if (!isSame(place, stats)) throw named(changed(), place);
}

function isSame(place: Place, stats: Stats): boolean {
  const found = lstatSync(place.call, { throwIfNoEntry: false });
  return found !== undefined && found.dev === stats.dev && found.ino === stats.ino;
}

/** The times of a file as calls take them. */
export function timesOf({ atimeMs, mtimeMs }: Stats): [number, number] {
  return [atimeMs / 1000, mtimeMs / 1000];
}

/** The error when a name of the source is no longer what it was. */
export function changed(): Error {
  return Object.assign(new Error('It was replaced while it was copied'), { code: REPLACED });
}

/** Runs `action`, with the path of `place` in its error: that of the call means nothing to a person. */
export function about<T>(place: Place, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw named(error, place);
  }
}

/** The error with that path, if it is a system error. */
export function named(error: unknown, { path }: Place): unknown {
  return typeof systemCode(error) !== 'string'
    ? error
    : Object.assign(error as Error, { path: Buffer.from(path, 'latin1').toString() });
}
