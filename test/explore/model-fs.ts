/**
 * A model of the few things that the protocol asks of a file system, over a row of bytes: one byte for each thing that
 * may exist (an inode), which says where it is. Each call is one step that nothing can come between.
 *
 * Assumed, because POSIX says so and the tests on real file systems show it: the rename of a folder succeeds onto a
 * missing or an empty folder only; `rmdir` removes only what is empty; `mkdir` and an exclusive create fail where
 * something is. What is done to a folder is done to the inode, wherever it was renamed to: who keeps a handle, as an
 * NFS client does, reaches it there until it is removed.
 */

/** What may exist, once for each attempt; folders first named by what they are to become. */
export const Kind = {
  PRIVATE: 0,
  OWNER: 1,
  RECORD: 2,
  RIGHT: 3,
  MANIFEST: 4,
  BUILD: 5,
  /** The last file that a build writes: a build folder that holds it is whole. */
  WHOLE: 6,
  MARK: 7,
  /** A folder that says that the build of this name was carried from this root, or to it. */
  CARRIED: 8,
  /** A file in it with the name of the attempt that restores the build. */
  RESTORER: 9,
} as const;

/** Where something may be. Most are one place for each attempt; those that end in IN are inside of a folder's inode. */
export const At = {
  LOCK: 0,
  ENTRY: 1,
  TMP: 2,
  TRASH_TMP: 3,
  OWNER_IN: 4,
  DRAFT_IN: 5,
  HOLDERS: 6,
  RIGHT: 7,
  TAKEN: 8,
  MANIFEST_IN: 9,
  UNPUBLISHED_IN: 10,
  MARK_IN: 11,
  BUILD: 12,
  TRASH_BUILD: 13,
  WHOLE_IN: 14,
  PUBLISHED: 15,
  MANIFEST_DRAFT_IN: 16,
  /** The trash under another name. */
  TRASH_BUILD_ANEW: 17,
  TRASH_TMP_ANEW: 18,
  CARRIED: 19,
  RESTORER_IN: 20,
} as const;

const { PRIVATE, OWNER, RECORD, RIGHT, MANIFEST, BUILD, WHOLE, MARK, CARRIED, RESTORER } = Kind;
/** For each place, in that order: the kind that may be there, and the kind of folder that it is inside of. */
const PLACES: readonly (readonly [kind: number, inside?: number])[] = [
  [PRIVATE],
  [RIGHT],
  [PRIVATE],
  [PRIVATE],
  [OWNER, PRIVATE],
  [RECORD, PRIVATE],
  [RECORD],
  [RIGHT],
  [RIGHT],
  [MANIFEST, RIGHT],
  [MANIFEST, RIGHT],
  [MARK, RIGHT],
  [BUILD],
  [BUILD],
  [WHOLE, BUILD],
  [MARK],
  [MANIFEST, RIGHT],
  [BUILD],
  [PRIVATE],
  [CARRIED],
  [RESTORER, CARRIED],
];
const HOSTS = PLACES.map(([kind]) => kind);
const INSIDE = PLACES.map(([, inside]) => inside ?? -1);
/** For each kind of folder, the places inside of it. */
const CONTENT = Object.values(Kind).map((kind) => INSIDE.flatMap((inside, place) => (inside === kind ? [place] : [])));

export type Answer = 'ok' | 'ENOENT' | 'EEXIST' | 'ENOTEMPTY' | 'ESTALE';

/** The calls that change something, as a late duplicate of one is remembered. */
const Op = { MKDIR: 1, CREATE: 2, RENAME: 3, UNLINK: 4, RMDIR: 5 } as const;

export class ModelFs {
  /** The state worked on; its first {@link size} bytes are the inodes. */
  bytes: Uint8Array = new Uint8Array(0);
  readonly size: number;
  /** What the last call said. */
  answer: Answer = 'ok';
  /** The last call that could change something: operation and two places; zeros when there was none. */
  readonly last: Uint8Array = new Uint8Array(3);
  readonly #columns: number;
  readonly #spare: number;

  /**
   * @param kinds how many of the kinds are used; those of the lock come first
   * @param columns attempts, and one more column for what only a late duplicate makes
   */
  constructor(kinds: number, columns: number) {
    this.#columns = columns;
    this.#spare = columns - 1;
    this.size = kinds * columns;
    if (PLACES.length * columns > 255) throw new Error('too many attempts: a place is one byte');
  }

  /** A place, by its kind and the attempt in its name, or for places inside of a folder that folder's attempt. */
  place(kind: number, column = 0): number {
    return 1 + kind * this.#columns + column;
  }

  /** The attempt whose inode is at a place; -1 when nothing is there. */
  at(place: number): number {
    if (place === 0) return -1;
    const row = (HOSTS[this.#kindOf(place)] as number) * this.#columns;
    for (let column = 0; column < this.#columns; column++) if (this.bytes[row + column] === place) return column;
    return -1;
  }

  has(kind: number, column = 0): boolean {
    return this.at(this.place(kind, column)) >= 0;
  }

  /** A place in the folder that is found at `folder` now; 0 when there is none. */
  within(kind: number, folder: number): number {
    const column = this.at(folder);
    return column < 0 ? 0 : this.place(kind, column);
  }

  /** @param column whose folder it is, where the name does not tell */
  mkdir(place: number, column: number = this.#columnOf(place)): Answer {
    return this.#make(Op.MKDIR, place, column);
  }

  /**
   * An exclusive create of the file that the attempt `column` makes. NFS tells its repetition from a second one (by a
   * verifier), so that one does not fail.
   */
  create(place: number, column: number): Answer {
    return this.#make(Op.CREATE, place, column);
  }

  rename(from: number, to: number): Answer {
    this.#note(Op.RENAME, from, to);
    if (from === 0 || to === 0 || !this.#parentExists(from) || !this.#parentExists(to)) return this.#say('ENOENT');
    const moved = this.at(from);
    if (moved < 0) return this.#say('ENOENT');
    const kind = HOSTS[this.#kindOf(from)] as number;
    const there = this.at(to);
    if (there >= 0) {
      if (!this.#empty(kind, there)) return this.#say('ENOTEMPTY');
      this.bytes[kind * this.#columns + there] = 0;
    }
    this.bytes[kind * this.#columns + moved] = to;
    return this.#say('ok');
  }

  unlink(place: number): Answer {
    this.#note(Op.UNLINK, place);
    const column = place === 0 ? -1 : this.at(place);
    if (column < 0) return this.#say('ENOENT');
    this.bytes[(HOSTS[this.#kindOf(place)] as number) * this.#columns + column] = 0;
    return this.#say('ok');
  }

  rmdir(place: number): Answer {
    this.#note(Op.RMDIR, place);
    const column = this.at(place);
    if (column < 0) return this.#say('ENOENT');
    const kind = HOSTS[this.#kindOf(place)] as number;
    if (!this.#empty(kind, column)) return this.#say('ENOTEMPTY');
    this.bytes[kind * this.#columns + column] = 0;
    return this.#say('ok');
  }

  /** Removes a folder and all in it, for folders that only their remover still names. */
  removeTree(place: number): void {
    const column = this.at(place);
    if (column < 0) return;
    const kind = HOSTS[this.#kindOf(place)] as number;
    for (const content of CONTENT[kind] as number[]) {
      const inside = this.place(content, column);
      const file = this.at(inside);
      if (file >= 0) this.bytes[(HOSTS[content] as number) * this.#columns + file] = 0;
    }
    this.bytes[kind * this.#columns + column] = 0;
  }

  /** Executes a remembered call once more; nobody hears its answer. */
  repeat(op: number, first: number, second: number): void {
    if (op === Op.MKDIR || op === Op.CREATE) this.#make(op, first, this.#columnOf(second));
    else if (op === Op.RENAME) this.rename(first, second);
    else if (op === Op.UNLINK) this.unlink(first);
    else if (op === Op.RMDIR) this.rmdir(first);
  }

  /** Whether a folder's inode has nothing in it. */
  emptyAt(place: number): boolean {
    const column = this.at(place);
    return column >= 0 && this.#empty(HOSTS[this.#kindOf(place)] as number, column);
  }

  #make(op: number, place: number, column: number): Answer {
    this.#note(op, place, this.place(At.TMP, column));
    if (place === 0 || !this.#parentExists(place)) return this.#say('ENOENT');
    if (this.at(place) >= 0) return this.#say(op === Op.MKDIR ? 'EEXIST' : 'ok');
    const row = (HOSTS[this.#kindOf(place)] as number) * this.#columns;
    const own = row + column;
    // Only a duplicate finds its inode in use, under another name; what it makes is another inode.
    this.bytes[this.bytes[own] === 0 ? own : row + this.#spare] = place;
    return this.#say('ok');
  }

  #empty(kind: number, column: number): boolean {
    return (CONTENT[kind] as number[]).every((content) => !this.has(content, column));
  }

  #parentExists(place: number): boolean {
    const folder = INSIDE[this.#kindOf(place)] as number;
    return folder < 0 || this.bytes[folder * this.#columns + this.#columnOf(place)] !== 0;
  }

  #kindOf(place: number): number {
    return Math.floor((place - 1) / this.#columns);
  }

  #columnOf(place: number): number {
    return (place - 1) % this.#columns;
  }

  #note(op: number, first: number, second = 0): void {
    this.last[0] = op;
    this.last[1] = first;
    this.last[2] = second;
  }

  #say(answer: Answer): Answer {
    this.answer = answer;
    return answer;
  }
}

/** Whether a place is the only one of its kind, whatever column it is given. */
export function isSingle(kind: number): boolean {
  return kind === At.LOCK || kind === At.ENTRY;
}
