import { formatBytes, shorten } from '../../base/format.ts';
import type { Cleaner } from './cleaner.ts';

/** What was removed, and what was not. */
export type Account = Pick<Cleaner, 'removed' | 'skipped'>;

/**
 * Prints what a cleaner did.
 * @param unmet which limit is not met; undefined: all are
 * @returns the exit code
 */
export function tell(
  { removed, skipped }: Account,
  unmet: string | undefined,
  { root, dryRun, json }: { readonly root: string; readonly dryRun: boolean; readonly json: boolean },
): 0 {
  const bytes = removed.reduce((sum, build) => sum + build.bytes, 0);
  if (json) {
    const builds = removed.map(({ name, token, paths, bytes: size, reason }) => {
      return { key: name, build: token, folder: paths.dir, bytes: size, reason };
    });
    process.stdout.write(`${JSON.stringify({ root, dryRun, bytes, removed: builds, skipped, unmet }, null, 2)}\n`);
    return 0;
  }
  const [verb, ended] = dryRun ? ['would remove', 'would go'] : ['removed', 'removed'];
  const lines = [
    ...removed.map(({ name, bytes: size, reason }) => `${verb} ${shorten(name)} (${formatBytes(size)}): ${reason}`),
    ...skipped.map(({ name, folder, why }) => `left ${shorten(name)} in ${shorten(folder, 300)}: ${shorten(why, 300)}`),
    `${removed.length} ${removed.length === 1 ? 'build' : 'builds'} ${ended}, ${formatBytes(bytes)}.`,
    ...(unmet === undefined ? [] : [`The limit is not met: ${unmet}, and nothing else may go.`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
