import { shorten } from '../../../base/format.ts';
import { isPlainAddress } from '../../../step/report/markdown.ts';
import type { Column, Section } from '../sections.ts';
import { share, text } from './markup.ts';

/** Most characters of a name that a cell shows; the rest is in its title. */
const NAME = 60;

/**
 * A table with its heading. Where the table is in the order of a figure, the cells of that one have a bar.
 * @param parts the figures of the rows, which the bars stand for
 */
export function tableSection(section: Section, parts?: readonly number[]): string {
  return `<section>
<h2>${text(section.title)}</h2>
${table(section, parts)}
</section>`;
}

/** A table that can be scrolled sideways where it is too wide. */
export function table({ title, columns, rows }: Section, parts: readonly number[] = []): string {
  const most = Math.max(0, ...parts);
  const head = columns.map((column) => `<th scope="col"${align(column)}>${text(column.title)}</th>`).join('');
  const body = rows.map((row, index) => {
    const bar = parts[index] === undefined ? undefined : share(parts[index], most);
    return `<tr>${row.map((each, at) => cell(each, columns[at], at === barColumn(columns) ? bar : undefined)).join('')}</tr>`;
  });
  return `<div class="scroll" role="region" aria-label="${text(title)}" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

function barColumn(columns: readonly Column[]): number {
  return columns.findIndex(({ right }) => right === true);
}

function align(column: Column | undefined): string {
  return column?.right ? ' class="figure"' : '';
}

function cell(value: string, column: Column | undefined, bar: string | undefined): string {
  if (bar !== undefined) return `<td class="figure bar" style="--part:${bar}">${text(value)}</td>`;
  return `<td${align(column)}>${inside(value, column)}</td>`;
}

function inside(value: string, column: Column | undefined): string {
  if (column?.link) return link(value, 'run');
  return column?.name && value !== '' ? name(value) : text(value);
}

/** A name of others, in a typeface of code; a long one is cut, and whole in its title. */
export function name(value: string): string {
  const shown = shorten(value, NAME);
  return `<code${shown === value ? '' : ` title="${text(value)}"`}>${text(shown)}</code>`;
}

/** A link where the address is a plain one; else its text. */
export function link(address: string, label: string): string {
  if (!isPlainAddress(address)) return text(address);
  return `<a href="${text(address)}" rel="noopener noreferrer">${text(label)}</a>`;
}
