/** What is known about one path in an archive; paths are relative, their parts separated by `/`. */
export type Known =
  | { readonly path: string; readonly kind: 'folder' | 'file' }
  /** `name` is the path as the archive has it, and `target` what the link says. */
  | { readonly path: string; readonly kind: 'link'; readonly name: string; readonly target: string };

/** As the kernel has it; a link that leads in a circle leads nowhere, so not out of the tree either. */
const MOST_LINKS = 40;

/**
 * Whether a link leads out of the tree when the system follows it. Not by its text alone: `a/..` is somewhere else when
 * `a` is a link itself, perhaps one that comes later in the archive.
 */
export function leavesTree(
  { path, target }: Extract<Known, { kind: 'link' }>,
  at: (path: string) => Known | undefined,
): boolean {
  const place = path.split('/').slice(0, -1);
  const ahead = stepsOf(target);
  let followed = 0;
  for (let step = ahead.pop(); step !== undefined; step = ahead.pop()) {
    if (step === '..') {
      if (place.pop() === undefined) return true;
      continue;
    }
    const here = at([...place, step].join('/'));
    if (here?.kind !== 'link') place.push(step);
    else if (++followed > MOST_LINKS) return false;
    else ahead.push(...stepsOf(here.target));
  }
  return false;
}

/** The first one last. */
function stepsOf(target: string): string[] {
  return target
    .split(process.platform === 'win32' ? /[/\\]/ : '/')
    .filter((step) => step !== '' && step !== '.')
    .reverse();
}
