import { appendFileSync } from 'node:fs';
import { messageOf } from '../../base/errors.ts';
import { formatBytes, shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import type { Env } from '../../step/inputs/read.ts';
import { inert } from '../../step/report/markdown.ts';
import type { Pruned } from './pruning.ts';
import { bytesOf, countOf, notMet } from './tell.ts';

/** What the summary is about. */
export interface About {
  readonly root: string;
  readonly dryRun: boolean;
}

/** Above 1 MiB GitHub drops a summary; a row has some 300 bytes. */
const ROWS = 200;

/** Adds the step's part to the job summary. That it fails is a warning. */
export function writeSummary(pruned: Pruned, about: About, env: Env, reporter: Reporter): void {
  const { GITHUB_STEP_SUMMARY: file } = env;
  if (!file) return;
  try {
    appendFileSync(file, summaryOf(pruned, about));
  } catch (error) {
    reporter.warn(`The job summary cannot be written: ${messageOf(error)}.`);
  }
}

/** What was removed and why, what stays although it was to go and why, and what is left. */
export function summaryOf({ account, unmet, kept }: Pruned, { root, dryRun }: About): string {
  const { removed, skipped } = account;
  const [went, freed] = dryRun ? ['would go', 'would be freed'] : ['removed', 'freed'];
  const told = [
    `**Prune of ${code(root)}:** ${countOf(removed.length)} ${went}, ${formatBytes(bytesOf(account))} ${freed}`,
    `${countOf(kept.builds)} with ${formatBytes(kept.bytes)} stay`,
  ].join('; ');
  const goes = removed.slice(0, ROWS).map(({ name, bytes, reason }) => [code(name), formatBytes(bytes), inert(reason)]);
  const stays = skipped.slice(0, ROWS).map(({ name, why }) => [code(name), inert(shorten(why, 200))]);
  const parts = [
    `${told}.`,
    unmet === undefined ? '' : inert(notMet(unmet)),
    table([dryRun ? 'Would go' : 'Removed', 'Size', 'Why'], goes, removed.length),
    table(['Left', 'Why'], stays, skipped.length),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n\n`;
}

/** @param all how many rows there would be */
function table(head: readonly string[], rows: readonly (readonly string[])[], all: number): string {
  if (all === 0) return '';
  const shown = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  if (all > rows.length) shown.push('', `And ${all - rows.length} more, which the log has.`);
  return shown.join('\n');
}

function code(text: string): string {
  return `<code>${inert(shorten(text, 100))}</code>`;
}
