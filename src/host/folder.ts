import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, type Stats, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { OnceError, systemCode, unless } from '../base/errors.ts';
import { lookAt, makeFolder } from './file-system.ts';

/** Where an opened folder has a path of its own. Elsewhere folders are reached by their names. */
const linux = process.platform === 'linux';
/** Opens neither a link nor a file, and waits for nothing. */
const AS_FOLDER = linux ? constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK : 0;
/** Linux: only a handle, for which no permission on the file itself is needed. Node has no name for it. */
const O_PATH = 0x200000;

/** A folder that was opened without following a link: its path reaches this very folder, whatever its name becomes. */
export class Folder {
  /** How many folders of one walk are open at a time. */
  static readonly MOST_OPEN = 12;
  readonly #stats: Pick<Stats, 'dev' | 'ino'>;
  #handle: number | undefined;
  #path: string;

  private constructor(path: string, stats: Pick<Stats, 'dev' | 'ino'>, handle: number | undefined) {
    this.#path = path;
    this.#stats = stats;
    this.#handle = handle;
  }

  /**
   * @param stats of the name that `path` ends with: something else is not opened
   * @param parent the opened folder that `path` leads through
   * @throws the system's error: ENOENT also when another folder is there by now
   */
  static open(path: Buffer, stats: Pick<Stats, 'dev' | 'ino'>, parent?: Folder): Folder {
    if (!linux) return new Folder(path.toString(), stats, undefined);
    const handle = openSync(path, AS_FOLDER);
    if (isSame(fstatSync(handle), stats)) return new Folder(`/proc/self/fd/${handle}`, stats, handle);
    closeSync(handle);
    throw gone(parent?.path ?? path.toString());
  }

  /**
   * Opens a folder by its path, whose last name must be no link.
   * @returns undefined if it is not there
   * @throws OnceError ROOT_UNUSABLE if a link or a file is there; the system's error
   */
  static openReal(path: string): Folder | undefined {
    const stats = lookAt(path);
    if (stats === undefined) return undefined;
    refuseUnreal(path, stats);
    return unless(['ENOENT'], () => Folder.open(Buffer.from(path), stats));
  }

  /** On Linux one that is true whatever happens above the folder. */
  get path(): string {
    return this.#path;
  }

  /** The path of a name in this folder. @param name one character a byte */
  pathOf(name: string): Buffer {
    return Buffer.concat([Buffer.from(`${this.#path}/`), Buffer.from(name, 'latin1')]);
  }

  /** May be called more than once. */
  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  /**
   * Opens a folder again that was closed, from an open folder right below it.
   * @throws ENOENT when that one was moved elsewhere meanwhile
   */
  reopen(below: Folder | undefined): void {
    if (!linux || this.#handle !== undefined || below === undefined) return;
    const handle = openSync(`${below.path}/..`, AS_FOLDER);
    if (!isSame(fstatSync(handle), this.#stats)) {
      closeSync(handle);
      throw gone(below.path);
    }
    this.#handle = handle;
    this.#path = `/proc/self/fd/${handle}`;
  }
}

/**
 * Does something in a folder that others may write to, through its opened path, so that it is this very folder even if it is
 * swapped for a link meanwhile.
 * @returns undefined if the folder is not there
 * @throws OnceError ROOT_UNUSABLE if a link or a file is there; whatever `action` throws
 */
export function inFolder<T>(path: string, action: (path: string) => T): T | undefined {
  const folder = Folder.openReal(path);
  if (folder === undefined) return undefined;
  try {
    return action(folder.path);
  } finally {
    folder.close();
  }
}

/** {@link inFolder} for what takes longer: the folder stays open until it has ended. */
export async function whileInFolder<T>(path: string, action: (path: string) => Promise<T>): Promise<T | undefined> {
  const folder = Folder.openReal(path);
  if (folder === undefined) return undefined;
  try {
    return await action(folder.path);
  } finally {
    folder.close();
  }
}

/**
 * Makes the folders between `above`, which is made too, and `folder`. None of them may be a link: what a job put there would
 * lead other jobs out of the cache.
 * @param judge is asked about each folder that is there already, also `above`; throws if it is not to be used
 * @throws OnceError ROOT_UNUSABLE that names what is there instead; what `judge` throws; the system's error
 */
export function makeRealFolders(above: string, folder: string, judge?: (path: string, found: Stats) => void): void {
  makeFolder(above);
  judge?.(above, statSync(above));
  let path = above;
  for (const name of relative(above, folder).split(sep).filter(Boolean)) {
    path = join(path, name);
    try {
      mkdirSync(path);
    } catch (error) {
      const stats = systemCode(error) === 'EEXIST' ? lookAt(path) : undefined;
      if (stats === undefined) throw error;
      refuseUnreal(path, stats);
      judge?.(path, stats);
    }
  }
}

/** @throws OnceError ROOT_UNUSABLE if something is there that is not a folder, or a link */
export function requireReal(path: string): void {
  const stats = lookAt(path);
  if (stats !== undefined) refuseUnreal(path, stats);
}

/** @throws OnceError ROOT_UNUSABLE unless a folder is there that is no link */
function refuseUnreal(path: string, stats: Stats): void {
  if (stats.isDirectory()) return;
  const what = stats.isSymbolicLink() ? 'a link' : 'not a folder';
  throw new OnceError(
    'ROOT_UNUSABLE',
    `${path} is ${what}, and build-once keeps its files in folders only. Nothing was touched. Find out which job put it there, delete it, and run the job again; to keep the cache elsewhere, name that place as \`root\`.`,
  );
}

/** Changes the mode of what `path` names, but not of what a link there leads to. */
export function chmodInPlace(path: Buffer, mode: number): void {
  if (!linux) {
    chmodSync(path, mode);
    return;
  }
  const handle = openSync(path, O_PATH | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(handle).isSymbolicLink()) chmodSync(`/proc/self/fd/${handle}`, mode);
  } finally {
    closeSync(handle);
  }
}

function isSame(a: Pick<Stats, 'dev' | 'ino'>, b: Pick<Stats, 'dev' | 'ino'>): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function gone(path: string): Error {
  return Object.assign(new Error(`ENOENT: a folder was moved or replaced, '${path}'`), { code: 'ENOENT', path });
}
