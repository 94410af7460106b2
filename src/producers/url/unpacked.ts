import {
  chmodSync,
  closeSync,
  copyFileSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { writeAll } from './http/receiver.ts';
import { Damaged, folded, partsOf, Refusal, TOO_LONG } from './http/refusal.ts';
import { type Known, leavesTree, requireTarget } from './links.ts';

/** Most folders, files and links in an archive. */
const MOST_ENTRIES = 2_000_000;

/** Elsewhere than on Windows, `\x2d.service` and `B::Deparse.3pm` are names like others. */
const ABSOLUTE = process.platform === 'win32' ? /^(?:[/\\]|[a-z]:)/i : /^\//;

/** Attributes of a file or a folder in an archive. */
export interface Attributes {
  /** Only the permission bits are used. */
  readonly mode: number | undefined;
  readonly mtime: Date | undefined;
}

/** A file that is being written. Synchronous, since a small file takes less than a turn of the event loop. */
export interface Sink {
  write(chunk: Uint8Array): void;
  close(): void;
}

/**
 * A private, empty folder that an archive is unpacked into. All entries are remembered, so that no name can lead out of the
 * folder or replace a different one. Symlinks are created last, so that no entry is written through one.
 */
export class Unpacked {
  readonly #out: string;
  readonly #strip: number;
  readonly #groupShared: boolean;
  readonly #home: string | undefined;
  readonly #known = new Map<string, Known>();
  #lastFolder = '';
  #stripped = 0;

  /**
   * @param strip how many leading folders are removed from all names
   * @param groupShared whether the group gets the owner's permissions, to read it and one day to delete it
   * @param home the only path where the tree works: its links may lead out of it
   */
  constructor(out: string, strip: number, groupShared = false, home?: string) {
    this.#out = out;
    this.#home = home;
    this.#groupShared = groupShared;
    this.#strip = strip;
  }

  addFolder(name: string, { mode = 0o777 }: Attributes): void {
    const parts = this.#locate(name);
    if (parts === undefined || parts.length === 0) return;
    const path = parts.join('/');
    this.#addParents(parts);
    // The owner must be able to write into it, and one day to delete it.
    const bits = this.#bits((mode & 0o777) | 0o700);
    if (this.#isFolder(path, name)) this.#changeFolder(path, bits);
    else this.#makeFolder(path, bits);
  }

  /** Creates a file; undefined if `strip` removed its whole name. */
  openFile(name: string, { mode = 0o666, mtime }: Attributes): Sink | undefined {
    const path = this.#place(name, 'file');
    if (path === undefined) return undefined;
    const file = this.#create(path, name, this.#bits((mode & 0o777) | 0o400));
    return {
      write: (chunk) => writeAll(file, chunk, join(this.#out, path)),
      close: () => {
        if (mtime !== undefined && mtime.getTime() >= 0) futimesSync(file, mtime, mtime);
        closeSync(file);
      },
    };
  }

  addSymlink(name: string, target: string): void {
    if (target.includes('\0') || target === '') {
      throw new Refusal(name, 'is a link with an invalid target');
    }
    if (this.#home === undefined && ABSOLUTE.test(target)) throw new Refusal(name, 'is a link to an absolute path');
    const path = this.#place(name, 'link');
    if (path !== undefined) this.#known.set(folded(path), { path, kind: 'link', name, target });
  }

  /** @param target the name of an earlier entry in the archive */
  addHardLink(name: string, target: string): void {
    const parts = this.#locate(target) ?? [];
    const first = this.#known.get(folded(parts.join('/')));
    if (first?.path !== parts.join('/') || first.kind === 'folder') {
      throw new Refusal(name, 'is a hard link to a file that does not come before it');
    }
    if (first.kind === 'link') this.addSymlink(name, first.target);
    // Some archives link a file to itself: replacing it would lose it.
    else if (this.#locate(name)?.join('/') !== first.path) this.#link(first.path, this.#place(name, 'file'));
  }

  /**
   * Creates the symlinks, now that all entries are known.
   * @throws Refusal if one leads out of the tree, or of one that has a home to where nothing is; Damaged if there are no entries
   */
  finish(): void {
    const links = [...this.#known.values()].filter((known) => known.kind === 'link');
    const at = (path: string) => this.#known.get(folded(path));
    for (const link of links) {
      if (this.#home !== undefined) requireTarget(link, this.#home, at);
      else if (leavesTree(link, at)) throw new Refusal(link.name, 'is a link that leads out of the archive');
    }
    for (const { path, name, target } of links) fitting(name, () => symlinkSync(target, join(this.#out, path)));
    if (this.#known.size > 0) return;
    if (this.#stripped === 0) throw new Damaged('it is empty');
    throw new Damaged(`strip: ${this.#strip} removes every name`, 'write a smaller number');
  }

  #bits(mode: number): number {
    return this.#groupShared ? mode | ((mode & 0o700) >> 3) : mode;
  }

  /** The parts of a name after `strip`; undefined if none are left. */
  #locate(name: string): string[] | undefined {
    const parts = partsOf(name);
    if (this.#strip === 0) return parts;
    if (parts.length > this.#strip) return parts.slice(this.#strip);
    this.#stripped += 1;
    return undefined;
  }

  /** Reserves the path of a file or link. As with `tar`, it replaces an earlier entry of its kind. */
  #place(name: string, kind: 'file' | 'link'): string | undefined {
    const parts = this.#locate(name);
    if (parts === undefined) return undefined;
    const path = parts.join('/');
    if (path === '') throw new Refusal(name, 'is the root of the archive, but not a folder');
    this.#addParents(parts);
    const there = this.#known.get(folded(path));
    if (there !== undefined) {
      if (there.path !== path) throw collision(name, there);
      if (there.kind !== kind) throw new Refusal(name, `is already there as a ${there.kind}`);
      if (kind === 'file') unlinkSync(join(this.#out, path));
    }
    if (kind === 'file') this.#remember({ path, kind });
    return path;
  }

  #link(from: string, to: string | undefined): void {
    if (to !== undefined) fitting(to, () => linkOrCopy(join(this.#out, from), join(this.#out, to)));
  }

  #addParents(parts: readonly string[]): void {
    const folder = parts.slice(0, -1).join('/');
    if (folder === this.#lastFolder) return;
    for (let count = 1; count < parts.length; count++) {
      const path = parts.slice(0, count).join('/');
      if (!this.#isFolder(path, parts.join('/'))) this.#makeFolder(path, 0o777);
    }
    this.#lastFolder = folder;
  }

  #isFolder(path: string, name: string): boolean {
    const there = this.#known.get(folded(path));
    if (there === undefined) return false;
    if (there.path !== path) throw collision(name, there);
    if (there.kind === 'folder') return true;
    throw new Refusal(name, `goes through "${path}", which is a ${there.kind}`);
  }

  #makeFolder(path: string, mode: number): void {
    this.#remember({ path, kind: 'folder' });
    fitting(path, () => mkdirSync(join(this.#out, path), mode));
  }

  /** Some archives name a folder after what is in it, or twice: the last rights count. What it inherited stays. */
  #changeFolder(path: string, mode: number): void {
    const folder = join(this.#out, path);
    chmodSync(folder, (lstatSync(folder).mode & 0o7000) | (mode & ~process.umask()));
  }

  #create(path: string, name: string, mode: number): number {
    const file = unless(['EEXIST'], () => fitting(name, () => openSync(join(this.#out, path), 'wx', mode)));
    if (file !== undefined) return file;
    // This file system treats names as equal that differ to us.
    throw new Refusal(name, 'has the same name as another entry on this file system');
  }

  #remember(known: Known): void {
    this.#known.set(folded(known.path), known);
    if (this.#known.size > MOST_ENTRIES) throw new Refusal(known.path, `exceeds the limit of ${MOST_ENTRIES} entries`);
  }
}

/** @throws Refusal if the system finds a name of the archive too long */
function fitting<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (systemCode(error) === 'ENAMETOOLONG') throw new Refusal(name, TOO_LONG);
    throw error;
  }
}

function collision(name: string, { path }: Known): Refusal {
  return new Refusal(name, `differs from "${path}" only in case or Unicode form, which some file systems ignore`);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // Some network file systems have no hard links, others limit their number.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '')) throw error;
    copyFileSync(from, to);
  }
}
