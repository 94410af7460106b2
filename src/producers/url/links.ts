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

/** The parts of a target in reverse order, for use as a stack. */
function stepsOf(target: string): string[] {
  return target
    .split(process.platform === 'win32' ? /[/\\]/ : '/')
    .filter((step) => step !== '' && step !== '.')
    .reverse();
}
