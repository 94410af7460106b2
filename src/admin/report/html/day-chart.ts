import { share, text } from './markup.ts';

/** One colour of a chart, and its figure for each day. */
export interface Series {
  readonly name: string;
  /** Class of the colour in the style sheet. */
  readonly colour: string;
  readonly values: readonly number[];
}

export interface DayChart {
  readonly id: string;
  readonly title: string;
  /** What it shows, for those who do not see it. */
  readonly description: string;
  /** `2026-11-28`, without gaps. */
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly told: (value: number) => string;
}

const [TOP, BOTTOM, HEIGHT] = [18, 188, 214];
/** Most days that are named below the bars. */
const NAMED_DAYS = 5;
/** Fewer bars than this are no wider than with so many. */
const FEWEST = 7;

/**
 * Bars by day, one colour above the other. Places are shares of the width, so that it fits into any page, and its texts keep
 * their size.
 */
export function dayChart({ id, title, description, days, series, told }: DayChart): string {
  const sums = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  const most = niceAbove(Math.max(...sums));
  const slots = Math.max(days.length, FEWEST);
  const at = (day: number) => share(slots - days.length + day, slots);
  const bars = days.map((day, index) => {
    const parts = series.filter(({ values }) => (values[index] ?? 0) > 0);
    const words = parts.map(({ name, values }) => `${name} ${told(values[index] ?? 0)}`).join(', ');
    return `<g><title>${day}: ${text(words || 'nothing')}</title>${stack(parts, index, most, at(index), share(0.78, slots))}</g>`;
  });
  const ticks = [most, most / 2].map((value) => ({ value, y: BOTTOM - (value / most) * (BOTTOM - TOP) }));
  const lines = ticks.map(({ y }) => `<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/>`);
  const labels = ticks.map(({ value, y }) => `<span style="top:${y}px">${text(told(value))}</span>`);
  const step = Math.ceil(days.length / NAMED_DAYS);
  const names = days.flatMap((day, index) => {
    const fromLast = days.length - 1 - index;
    if (fromLast % step !== 0) return [];
    const [x, anchor] = fromLast === 0 ? ['100%', 'end'] : [share(slots - fromLast - 0.61, slots), 'middle'];
    return [`<text x="${x}" y="${HEIGHT - 4}" text-anchor="${anchor}">${day.slice(5)}</text>`];
  });
  return `<div class="plot"><div class="ticks" aria-hidden="true">${labels.join('')}</div>
<svg class="chart" width="100%" height="${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-about">
<title id="${id}-title">${text(title)}</title><desc id="${id}-about">${text(description)}</desc>
${lines.join('\n')}
${bars.join('\n')}
<line class="axis" x1="0" x2="100%" y1="${BOTTOM}" y2="${BOTTOM}"/>
${names.join('')}
</svg></div>`;
}

function stack(parts: readonly Series[], day: number, most: number, x: string, width: string): string {
  let y = BOTTOM;
  return parts
    .map(({ colour, values }) => {
      const height = Math.round(((values[day] ?? 0) / most) * (BOTTOM - TOP) * 10) / 10;
      y -= height;
      return `<rect class="${colour}" x="${x}" y="${Math.round(y * 10) / 10}" width="${width}" height="${height}"/>`;
    })
    .join('');
}

/** A round number that is not smaller: 1, 2, 4, 6, 8 or 10 times a power of ten. */
function niceAbove(value: number): number {
  if (value <= 0) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 4, 6, 8, 10] as const).find((step) => step * power >= value) ?? 10) * power;
}

/** What the colours mean. */
export function legend(series: readonly Pick<Series, 'name' | 'colour'>[]): string {
  const items = series.map(({ name, colour }) => {
    return `<li><svg width="12" height="12" aria-hidden="true"><rect class="${colour}" width="12" height="12" rx="2"/></svg>${text(name)}</li>`;
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}
