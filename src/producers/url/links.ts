import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { Refusal } from './http/refusal.ts';

/** One path that an archive has created; paths are relative, with `/` between their parts. */
export type Known =
  | { readonly path: string; readonly kind: 'folder' | 'file' }
  /** `name` is the path as written in the archive, `target` the link's text. */
  | { readonly path: string; readonly kind: 'link'; readonly name: string; readonly target: string };

/** As in the kernel. A longer chain, such as a circle, leads nowhere, so it does not leave the tree. */
const MOST_LINKS = 40;

type At = (path: string) => Known | undefined;

/**
 * Whether a link leads out of the tree when the system follows it. Its text alone does not tell: `a/..` is elsewhere if
 * `a` is itself a link, perhaps one that comes later in the archive.
 * @param at what the whole archive has at a path, for a system that tells `a` and `A` apart, and for one that does not
 */
export function leavesTree(link: Extract<Known, { kind: 'link' }>, at: At): boolean {
  const exactly: At = (path) => {
    const found = at(path);
    return found?.path === path ? found : undefined;
  };
  return leaves(link, at) || leaves(link, exactly);
}

function leaves({ path, target }: Extract<Known, { kind: 'link' }>, at: At): boolean {
  const folder = path.split('/').slice(0, -1);
  const ahead = stepsOf(target);
  let followed = 0;
  for (let step = ahead.pop(); step !== undefined; step = ahead.pop()) {
    if (step === '..') {
      if (folder.pop() === undefined) return true;
      continue;
    }
    const here = at([...folder, step].join('/'));
    if (here?.kind !== 'link') folder.push(step);
    else if (++followed > MOST_LINKS) return false;
    else ahead.push(...stepsOf(here.target));
  }
  return false;
}

/**
 * Lets a link of a tree that works at one path lead anywhere, as long as something is there on this host.
 * @param home that path; the tree need not be there yet
 * @param at what the whole tree has at a path, as for {@link leavesTree}
 * @throws Refusal if nothing is there
 */
export function requireTarget(link: Extract<Known, { kind: 'link' }>, home: string, at: At): void {
  const { path, name, target } = link;
  const where = resolve(home, dirname(path), target);
  // A way out of the tree and back in is known by its text alone, for where it is unpacked its home is not there yet.
  if (isWithin(home, where)) return;
  if (!isAbsolute(target) && !leavesTree(link, (other) => relativeOnly(at(other)))) return;
  if (!existsSync(where)) throw new Refusal(name, `is a link to ${where}, and nothing is there on this host`);
}

/** An absolute link is looked at by itself: what goes through it is not followed. */
function relativeOnly(known: Known | undefined): Known | undefined {
  return known?.kind === 'link' && isAbsolute(known.target) ? undefined : known;
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`);
}

/** The parts of a target in reverse order, for use as a stack. */
function stepsOf(target: string): string[] {
  return target
    .split(process.platform === 'win32' ? /[/\\]/ : '/')
    .filter((step) => step !== '' && step !== '.')
    .reverse();
}
