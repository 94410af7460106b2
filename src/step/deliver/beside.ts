import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, OnceError, systemCode, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import type { Reporter } from '../../base/reporter.ts';
import { lookAt } from '../../host/file-system.ts';
import { probe } from '../../host/proc.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { rename } from '../../host/rename.ts';
import { type Identity, identify, look, UNKNOWN } from './identity.ts';
import { isOlderCopy } from './older-copy.ts';
import type { Handed } from './workspace.ts';

/** `new-` or `old-`, the process that works on it, a token. */
const SCRATCH = /^(?:new|old)-(\d+)-[0-9a-f]{12}$/;
const MARK = /^copy-\d+-\d+$/;
const IGNORE = '.gitignore';

/**
 * The folder `.<name>.build-once` beside a target. In it copies are made and deleted, and it remembers which folder is a
 * copy of build-once and may be replaced. It is not in the copy, where a build may have any name itself; it survives the
 * job, as the copy may; and git ignores it.
 *
 *     .gitignore               it alone makes git pass over the whole folder
 *     copy-<inode>-<birth>     the folder of that inode, made at that time, is a copy
 *     new-<pid>-<token>/       a copy that is being made
 *     old-<pid>-<token>/       a copy that was replaced, to be deleted
 *
 * A copy gets its mark before it gets its place. Marks are exclusive creates, and only their names count.
 */
export class Beside {
  readonly target: string;
  readonly folder: string;
  /** Name of the input, for errors. */
  readonly #input: string;

  constructor(target: string, input: string) {
    this.target = target;
    this.folder = join(dirname(target), `.${basename(target)}.build-once`);
    this.#input = input;
  }

  /** Makes the folder. @throws OnceError DELIVERY_FAILED when something else has its name; the system's error */
  open(): void {
    unless(['EEXIST'], () => mkdirSync(this.folder));
    const found = lookAt(this.folder);
    if (found !== undefined && !found.isDirectory())
      throw new OnceError(
        'DELIVERY_FAILED',
        `${this.#input}: ${this.folder} is not a folder, and build-once needs that name to make ${this.target}. Nothing was changed. Name another path, or let an earlier step remove it.`,
      );
    if (!isWritable(this.folder)) this.#replaceFolder();
    create(join(this.folder, IGNORE), '*\n');
  }

  /** Removes the folder if nothing is remembered in it. */
  close(): void {
    if (lookAt(this.folder)?.isDirectory() !== true) return;
    const names = unless(['ENOENT', 'EACCES'], () => readdirSync(this.folder));
    if (names === undefined || names.some((name) => name !== IGNORE)) return;
    unless(['ENOENT', 'EACCES', 'EPERM', 'EISDIR'], () => unlinkSync(join(this.folder, IGNORE)));
    unless(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EACCES', 'EPERM'], () => rmdirSync(this.folder));
  }

  /** Where to make a copy. */
  fresh(): string {
    return this.#scratch('new');
  }

  /** Remembers that the folder `copy`, wherever it is moved within the disk, was made here. */
  async remember(copy: string, { key, token }: Handed): Promise<void> {
    create(this.#markOf(await identify(copy)), `${JSON.stringify({ key, build: token })}\n`);
  }

  /** Whether the folder at the target, or at `path`, is a copy that build-once made. */
  isCopy(path = this.target): boolean {
    const found = look(path);
    if (found?.isDirectory() !== true) return false;
    return this.#isMarked(found) || isOlderCopy(path);
  }

  /**
   * Moves the copy at the target out of the way.
   *
   * @returns where to; undefined when nothing is there any more, or something else, which stays
   */
  moveAway(): string | undefined {
    const old = this.#scratch('old');
    try {
      return this.#move(old);
    } catch (error) {
      // Who does not own a folder may rename it, but not move it into another one.
      if (!['EACCES', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
      return this.#move(this.#aside());
    }
  }

  /**
   * Deletes what is no longer needed: what killed steps left, copies that were replaced, and the marks of copies that are
   * gone. What another living process works on stays. Deletes all it can, also when something cannot be deleted.
   *
   * @returns why something was left
   */
  async sweep(signal?: AbortSignal): Promise<string[]> {
    const left: string[] = [];
    const remove = async (path: string) => {
      await removeTree(path, signal).catch((error) => left.push(`${path}: ${messageOf(error)}`));
    };
    for (const name of readdirSync(this.folder))
      if (SCRATCH.test(name) && !isBusy(name)) await remove(join(this.folder, name));
    for (const name of readdirSync(dirname(this.target)))
      if (this.#isOlderScratch(name)) await remove(join(dirname(this.target), name));
    this.#forget();
    return left;
  }

  /** A job in a container may have made the folder as root: a new one takes over what it remembers of the target. */
  #replaceFolder(): void {
    const found = look(this.target);
    const marks = found === undefined ? [] : this.#marksOf(found).filter((mark) => lookAt(mark)?.isFile() === true);
    rename(this.folder, this.#aside());
    mkdirSync(this.folder);
    for (const mark of marks) create(mark, '');
  }

  #aside(): string {
    return join(dirname(this.target), `${this.#olderPrefix}${newToken()}-old`);
  }

  /** Sweeps, and warns of what was left. */
  async clean(reporter: Pick<Reporter, 'warn'>, signal?: AbortSignal): Promise<void> {
    const left = await this.sweep(signal);
    if (left.length === 0) return;
    const more = left.length > 1 ? ` (and ${left.length - 1} more like it)` : '';
    reporter.warn(
      `${this.#input}: a copy that was replaced cannot be deleted, maybe because a container made files in it as another user. What replaced it is in its place. Delete as that user, or as root: ${left[0]}${more}`,
    );
  }

  /**
   * Removes the marks of copies that are gone: all but that of the target. Not while another step works here, which may
   * be moving a copy; it has its new copy in the folder from before its mark until after such a move.
   */
  #forget(): void {
    const names = readdirSync(this.folder);
    const found = look(this.target);
    const kept = found === undefined ? [] : this.#marksOf(found);
    if ([...names, ...readdirSync(this.folder)].some(isBusy)) return;
    for (const mark of names.filter((name) => MARK.test(name)).map((name) => join(this.folder, name)))
      if (!kept.includes(mark)) unless(['ENOENT', 'EACCES', 'EPERM', 'EISDIR'], () => unlinkSync(mark));
  }

  #scratch(what: 'new' | 'old'): string {
    return join(this.folder, `${what}-${process.pid}-${newToken()}`);
  }

  /** Something else may have come to the target since it was looked at. */
  #move(to: string): string | undefined {
    if (unless(['ENOENT'], () => rename(this.target, to) ?? true) === undefined) return undefined;
    if (this.isCopy(to)) return to;
    rename(to, this.target);
    return undefined;
  }

  #markOf({ ino, birth }: Identity): string {
    return join(this.folder, `copy-${ino}-${birth}`);
  }

  /** The names that a mark of this folder may have. */
  #marksOf({ ino, birthtimeNs }: BigIntStats): string[] {
    return [birthtimeNs, UNKNOWN].map((birth) => this.#markOf({ ino, birth }));
  }

  #isMarked(found: BigIntStats): boolean {
    if (lookAt(this.folder)?.isDirectory() !== true) return false;
    return this.#marksOf(found).some((mark) => lookAt(mark)?.isFile() === true);
  }

  /** Names beside the target: of what cannot be moved into the folder, of `link`, and of older versions. */
  get #olderPrefix(): string {
    return `.${basename(this.target)}.build-once-`;
  }

  #isOlderScratch(name: string): boolean {
    return name.startsWith(this.#olderPrefix) && /^[0-9a-f]{12}(-old)?$/.test(name.slice(this.#olderPrefix.length));
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether another process works on it. Of this process only one step copies at a time. */
function isBusy(name: string): boolean {
  const pid = Number(SCRATCH.exec(name)?.[1] ?? process.pid);
  return pid !== process.pid && probe(pid) !== 'gone';
}

/** Never through a link, and never over a file: what has that name already stays. */
function create(path: string, text: string): void {
  const file = unless(['EEXIST'], () => openSync(path, 'wx', 0o644));
  if (file === undefined) return;
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
