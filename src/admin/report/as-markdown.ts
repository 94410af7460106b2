import { inert, linkTo } from '../../step/report/markdown.ts';
import type { Report } from './gather.ts';
import { notKnown } from './not-known.ts';
import { type Column, gapsOf, type Section, sectionsOf, subjectOf } from './sections.ts';
import { timelinesOf } from './timeline.ts';
import { timelineText } from './timeline-text.ts';

/** Wider ones have to be scrolled. */
const COLUMNS = 110;

/** The report as GitHub's Markdown, such as for the summary of a scheduled job. */
export function asMarkdown(report: Report): string {
  const notes = [...gapsOf(report).map(inert), ...notKnown].map((note) => `- ${note}\n`).join('');
  const tables = sectionsOf(report).map(table).join('\n');
  const runs = timelinesOf(report, 1).map(
    (timeline) => `### Newest run\n\n${fenced(timelineText(timeline, COLUMNS))}\n`,
  );
  return `## What build-once saved\n\n${inert(subjectOf(report))}\n\n${[tables, ...runs].join('\n')}\n<details><summary>What is not in it</summary>\n\n${notes}\n</details>\n`;
}

/** A block of code that its text cannot end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}\n`;
}

function table({ title, columns, rows }: Section): string {
  const head = columns.map((column) => column.title);
  const rule = columns.map(({ right }) => (right ? '---:' : '---'));
  const body = rows.map((row) => row.map((cell, at) => shown(cell, columns[at])));
  return `### ${title}\n\n${[head, rule, ...body].map((line) => `| ${line.join(' | ')} |\n`).join('')}`;
}

function shown(cell: string, column: Column | undefined): string {
  if (column?.link) return linkTo(cell, 'run');
  return column?.name && cell !== '' ? `<code>${inert(cell)}</code>` : inert(cell);
}
