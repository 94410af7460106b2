import { formatBytes, formatDuration, shorten } from '../../base/format.ts';
import type { Outcome } from '../../recipe/outcome.ts';
import type { StepRequest } from '../request.ts';
import { barOf, spanOf } from './bars.ts';
import { inert, linkTo } from './markdown.ts';
import { buildMsOf, resultOf, savedMsOf } from './outputs.ts';
import { NAMES } from './phases.ts';

const UNKNOWN = '–';
const COLUMNS = ['Key', 'Result', 'Source', 'Waited', 'Built in', 'Build time avoided', 'Size', 'Built by'];

/**
 * The step's part of the job summary; empty if there is none. A few kB at most: above 1 MiB GitHub drops the summary.
 */
export function summaryOf(outcome: Outcome, when: StepRequest['summary']): string {
  if (when === 'never' || (when === 'auto' && resultOf(outcome) === 'reused')) return '';
  const rows = [COLUMNS, COLUMNS.map(() => '---'), cells(outcome)].map((row) => `| ${row.join(' | ')} |\n`);
  return `${rows.join('')}${timeline(outcome)}${failure(outcome)}\n`;
}

const BAR_WIDTH = 40;
const SHORTEST_MS = 1000;

/**
 * A bar of text for a step that did more than one thing for long enough to be seen: waited and then built, say. The row of
 * the table tells all of a step that only waited.
 */
function timeline(outcome: Outcome): string {
  const span = spanOf(0, 0, { ...outcome, ...outcome.noted, ownBuildMs: ownBuildMsOf(outcome) });
  const ms = span.endMs - span.startMs;
  const seen = span.phases.filter((phase) => phase.ms >= Math.max(SHORTEST_MS, ms / BAR_WIDTH));
  if (seen.length < 2) return '';
  const told = span.phases.map((phase) => `${NAMES[phase.name]} ${formatDuration(phase.ms)}`).join(', ');
  return `\n<code>${barOf([span], { startMs: span.startMs, ms, width: BAR_WIDTH })}</code> ${told}\n`;
}

/** Milliseconds for which the step built itself, also in vain. */
function ownBuildMsOf({ result, buildMs }: Outcome): number | undefined {
  return result === 'built' || result === 'private' || result === undefined ? buildMs : undefined;
}

function cells(outcome: Outcome): string[] {
  return [
    `<code>${inert(shorten(outcome.key, 100))}</code>`,
    resultOf(outcome) || 'failed',
    outcome.origin ?? UNKNOWN,
    waited(outcome),
    duration(buildMsOf(outcome)),
    duration(savedMsOf(outcome)),
    size(outcome),
    builder(outcome),
  ];
}

/** The size of the build folder. For an image it says nothing: that folder is empty. */
function size({ manifest }: Outcome): string {
  return manifest?.bytes === undefined || manifest.producer === 'image' ? UNKNOWN : formatBytes(manifest.bytes);
}

function waited({ waitedMs, slotWaitedMs }: Outcome): string {
  const parts = [
    waitedMs > 0 && formatDuration(waitedMs),
    slotWaitedMs > 0 && `${formatDuration(slotWaitedMs)} for a slot`,
  ];
  return parts.filter(Boolean).join(' + ') || UNKNOWN;
}

function duration(ms: number | undefined): string {
  return ms === undefined ? UNKNOWN : formatDuration(ms);
}

function builder(outcome: Outcome): string {
  const result = resultOf(outcome);
  if (result === 'private') return 'this job, for itself';
  const by = outcome.manifest?.builtBy;
  if (by === undefined) return UNKNOWN;
  const names = [by.repository, by.job].filter(Boolean).join(', ');
  const name = result === 'built' ? 'this job' : inert(shorten(names, 100)) || 'unknown';
  return linkTo(by.runUrl, name);
}

function failure(outcome: Outcome): string {
  if (outcome.error === undefined) return '';
  const lines = firstLines(outcome.error.message).map((line) => inert(shorten(line, 500)));
  return `\n**Failed:** ${lines.join('<br>')}\n`;
}

function firstLines(message: string): string[] {
  return message.split('\n', 20).filter((line) => line.trim() !== '');
}
