type Step = [command: string, what: string];

/**
 * One line for each feature to try next, as a shell takes it.
 * @param root a cache for the commands
 * @param kept whether this run has filled it, and it stays
 * @param pooled whether this run was one of a pool
 */
export function nextSteps(root: string, kept: boolean, pooled: boolean): string {
  const cli = 'node dist/cli.js';
  const steps: readonly Step[] = [
    ...(kept ? [] : [[`npm start -- --root ${quoted(root)}`, 'the same, with a cache that stays'] satisfies Step]),
    [`export BUILD_ONCE_ROOT=${quoted(root)}`, 'that cache, for the commands below'],
    [`${cli} list`, 'what is in it, how large, and who uses it'],
    [`${cli} report`, 'how much build time it avoided'],
    [`${cli} prune --unused 14d --dry-run`, 'what a clean-up would remove'],
    [`${cli} doctor`, 'whether the folder is fit to be shared'],
    [`${cli} run --key hello -- sh -c 'date > "$BUILD_ONCE_OUT/at"'`, 'the same outside of GitHub'],
    pooled
      ? ['cat docs/pools.md', 'how to set a pool up, and what to expect of it']
      : ['npm start -- --pool', 'four hosts that share no disk, but a Redis'],
    ['cat docs/recipes.md', 'images, downloads, checkouts, any steps as a build'],
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  return `\nTry next:\n${steps.map(([command, what]) => `  ${command.padEnd(width)}  # ${what}\n`).join('')}`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
