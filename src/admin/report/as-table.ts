import { shorten } from '../../base/format.ts';
import type { Report } from './gather.ts';
import { notKnown } from './not-known.ts';
import { gapsOf, type Section, sectionsOf, subjectOf } from './sections.ts';
import { timelinesOf } from './timeline.ts';
import { timelineText } from './timeline-text.ts';

/** Most characters of a name in a table. */
const NAME = 48;
/** Where the text goes into a file. */
const COLUMNS = 120;

/** The report as text for a terminal. */
export function asTable(report: Report): string {
  const notes = [...gapsOf(report), ...notKnown].map((note) => `- ${note}`);
  const tables = sectionsOf(report).map(table);
  const runs = timelinesOf(report, 1).map((timeline) => timelineText(timeline, process.stdout.columns ?? COLUMNS));
  const parts = report.run === undefined ? [...tables, ...runs] : [...runs, ...tables];
  return `${[subjectOf(report), ...parts, ['What is not in it', ...notes].join('\n')].join('\n\n')}\n`;
}

function table({ title, columns, rows }: Section): string {
  const cells = rows.map((row) => row.map((cell, at) => (isName(columns[at]) ? shorten(cell, NAME) : cell)));
  const heads = columns.map((column) => column.title.toUpperCase());
  const lines = title === 'In all' ? cells : [heads, ...cells];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, at) => (columns[at]?.right ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...text.map((line) => `  ${line}`)].join('\n');
}

/** A link is no use when it is cut. */
function isName(column: Section['columns'][number] | undefined): boolean {
  return column?.name === true && column.link !== true;
}
