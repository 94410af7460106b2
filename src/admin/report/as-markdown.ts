import { inert, linkTo } from '../../step/report/markdown.ts';
import type { Report } from './gather.ts';
import { notKnown } from './not-known.ts';
import { type Column, gapsOf, type Section, sectionsOf, subjectOf } from './sections.ts';

/** The report as GitHub's Markdown, such as for the summary of a scheduled job. */
export function asMarkdown(report: Report): string {
  const notes = [...gapsOf(report).map(inert), ...notKnown].map((note) => `- ${note}\n`).join('');
  const tables = sectionsOf(report).map(table).join('\n');
  return `## What build-once saved\n\n${inert(subjectOf(report))}\n\n${tables}\n<details><summary>What is not in it</summary>\n\n${notes}\n</details>\n`;
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
