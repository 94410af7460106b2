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
  if (json) {
    const bytes = bytesOf({ removed });
    const builds = removed.map(({ name, token, paths, bytes: size, reason }) => {
      return { key: name, build: token, folder: paths.dir, bytes: size, reason };
    });
    process.stdout.write(`${JSON.stringify({ root, dryRun, bytes, removed: builds, skipped, unmet }, null, 2)}\n`);
    return 0;
  }
  const more = unmet === undefined ? [] : [notMet(unmet)];
  process.stdout.write(`${[...linesOf({ removed, skipped }, dryRun), ...more].join('\n')}\n`);
  return 0;
}

/** What a cleaner did, for people. */
export function linesOf({ removed, skipped }: Account, dryRun: boolean): string[] {
  const [verb, ended] = dryRun ? ['would remove', 'would go'] : ['removed', 'removed'];
  return [
    ...removed.map(({ name, bytes, reason }) => `${verb} ${shorten(name)} (${formatBytes(bytes)}): ${reason}`),
    ...skipped.map(({ name, folder, why }) => `left ${shorten(name)} in ${shorten(folder, 300)}: ${shorten(why, 300)}`),
    `${countOf(removed.length)} ${ended}, ${formatBytes(bytesOf({ removed }))}.`,
  ];
}

/** The bytes of the builds that were removed. */
export function bytesOf({ removed }: Pick<Account, 'removed'>): number {
  return removed.reduce((sum, build) => sum + build.bytes, 0);
}

/** `1 build`, `2 builds`. */
export function countOf(count: number, what = 'build'): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** @param unmet which limit */
export function notMet(unmet: string): string {
  return `The limit is not met: ${unmet}, and nothing else may go.`;
}
