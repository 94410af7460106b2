import { sleep, stopwatch } from '../../base/wait.ts';
import type { Look } from './view.ts';

/** Milliseconds between two looks; longer where a look takes long, so that it has a sixth of the time at most. */
const EVERY_MS = 2000;
const REST = 5;

/** Home, and each line and the rest of the screen cleared as it is written: nothing flickers. */
const HOME = '\x1b[H';
const END_OF_LINE = '\x1b[K';
const END_OF_SCREEN = '\x1b[J';
const CLEAR = '\x1b[2J';

/** Shows a view on the terminal, and again from time to time, until `signal` aborts. */
export async function watchView(look: Look, signal: AbortSignal): Promise<void> {
  const out = process.stdout;
  out.write(CLEAR);
  while (!signal.aborted) {
    const spent = stopwatch();
    const { lines, trouble = '' } = await look(signal);
    if (signal.aborted) break;
    // A terminal of which no size is known says 0.
    const [rows, columns] = [out.rows || 24, out.columns || 80];
    const parts = [[...lines], broken(trouble, columns)].filter(({ length }) => length > 0);
    const all = parts.flatMap((part, index) => (index === 0 ? part : ['', ...part]));
    const frame = fitting(all, rows - 1, columns).map((line) => `${line}${END_OF_LINE}\n`);
    out.write(`${HOME}${frame.join('')}${END_OF_SCREEN}`);
    await sleep(Math.max(EVERY_MS, REST * spent()), signal);
  }
}

/** A text in as many lines of the screen as it needs, broken between words. */
function broken(text: string, columns: number): string[] {
  return text.match(new RegExp(`\\S.{0,${columns - 1}}(?=\\s|$)|\\S{1,${columns}}`, 'gu')) ?? [];
}

/** What fits on a screen: lines that are too long are cut, and of too many those in the middle are left out. */
export function fitting(lines: readonly string[], rows: number, columns: number): string[] {
  const cut = (line: string) => [...line].slice(0, columns).join('');
  if (lines.length <= rows) return lines.map(cut);
  const foot = lines.slice(lines.lastIndexOf(''));
  const body = lines.slice(0, lines.length - foot.length);
  const shown = Math.max(rows - foot.length - 1, 1);
  const more = `… ${body.length - shown} more`;
  return [...body.slice(0, shown), more, ...foot].slice(0, rows).map(cut);
}
