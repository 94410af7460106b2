import type { Stats } from 'node:fs';
import { folded, partsOf, Refusal } from '../../producers/url/http/refusal.ts';
import { type Known, leavesTree, requireTarget } from '../../producers/url/links.ts';
import { decode } from '../../producers/url/tar/header.ts';

/**
 * The names of a tree that is packed. What {@link Unpacked} refuses is refused here already, so that nothing is carried
 * that no other host can take.
 */
export class Names {
  readonly #home: string | undefined;
  readonly #known = new Map<string, Known>();
  /** The first name of each file that has more than one. */
  readonly #linked = new Map<string, Buffer>();

  /** @param home the only path where the tree works: its links may lead out of it */
  constructor(home?: string) {
    this.#home = home;
  }

  /**
   * Adds a name.
   * @param name relative, as bytes
   * @param target of a symlink
   * @throws Refusal
   */
  add(name: Buffer, stats: Stats, target?: Buffer): void {
    const path = partsOf(decode(name)).join('/');
    const there = this.#known.get(folded(path));
    if (there !== undefined) {
      throw new Refusal(
        path,
        `differs from "${there.path}" only in case or Unicode form, which some file systems ignore`,
      );
    }
    this.#known.set(folded(path), knownAs(path, stats, target, this.#home));
  }

  /** The first name of the file that this is another name of; undefined: it is the first one. */
  firstOf(name: Buffer, { dev, ino, nlink }: Stats): Buffer | undefined {
    if (nlink === 1) return undefined;
    const id = `${dev}:${ino}`;
    const first = this.#linked.get(id);
    if (first === undefined) this.#linked.set(id, name);
    return first;
  }

  /** @throws Refusal if a link leads out of the tree, or of one that has a home to where nothing is */
  finish(): void {
    const at = (path: string) => this.#known.get(folded(path));
    for (const known of this.#known.values()) {
      if (known.kind !== 'link') continue;
      if (this.#home !== undefined) requireTarget(known, this.#home, at);
      else if (leavesTree(known, at)) {
        throw new Refusal(known.path, `is a link that leads out of the build (to ${known.target})`);
      }
    }
  }
}

function knownAs(path: string, stats: Stats, target: Buffer | undefined, home: string | undefined): Known {
  if (stats.isDirectory()) return { path, kind: 'folder' };
  if (stats.isFile()) return { path, kind: 'file' };
  if (target === undefined) throw new Refusal(path, 'is neither a file nor a folder nor a link');
  const text = decode(target);
  if (home === undefined && text.startsWith('/')) throw new Refusal(path, `is a link to an absolute path (${text})`);
  return { path, kind: 'link', name: path, target: text };
}
