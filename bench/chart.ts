/** One line. Its points are sorted by x. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly atLeast?: boolean }[];
}

/** A chart of several lines. Both axes are logarithmic. */
export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /** Formats a value of y for ticks and labels. */
  readonly told: (y: number) => string;
}

const [WIDTH, HEIGHT] = [760, 440];
const PLOT = { left: 92, right: 560, top: 76, bottom: 350 } as const;
/** The smallest distance, in pixels, of two labels at the ends of lines. */
const LINE_HEIGHT = 34;

/** Colours that colour-blind readers can tell apart, for a light and a dark background. The first one is ours. */
const COLOURS = [
  ['#0072b2', '#56b4e9'],
  ['#c4530a', '#f0903f'],
  ['#6b6b6b', '#a8a8a8'],
] as const;

/**
 * Draws a chart as SVG. No small library does this in Node without a browser. ECharts and Vega are tens of megabytes, Plot
 * needs a DOM and all of d3, and they set colours that a dark page cannot change.
 *
 * @param caption where and when the values were measured
 */
export function svgOf(chart: Chart, caption: string): string {
  const { title, subtitle, lines } = chart;
  const scales = scalesOf(lines);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title caption">
<title id="title">${text(title)}</title>
<desc id="caption">${text(`${subtitle} ${caption}`)}</desc>
<style>
${styles()}
</style>
<rect class="page" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="6"/>
<text class="title" x="24" y="32">${text(title)}</text>
<text class="small" x="24" y="52">${text(subtitle)}</text>
${axes(chart, scales)}
${lines.map((line, index) => drawn(line, index, scales)).join('\n')}
${endLabels(chart, scales)}
<text class="small" x="24" y="${HEIGHT - 16}">${text(caption)}</text>
</svg>
`;
}

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly counts: readonly number[];
  readonly decades: readonly number[];
}

function scalesOf(lines: readonly Line[]): Scales {
  const points = lines.flatMap((line) => line.points);
  const counts = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const heights = points.map(({ y }) => Math.log10(y));
  const [low, high] = [Math.floor(Math.min(...heights)), Math.ceil(Math.max(...heights))];
  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return {
    x: along(counts[0] ?? 1, counts.at(-1) ?? 2, PLOT.left, PLOT.right),
    y: along(decades[0] ?? 1, decades.at(-1) ?? 10, PLOT.bottom, PLOT.top),
    counts,
    decades,
  };
}

function along(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => {
    const part = to === from ? 0.5 : Math.log(value / from) / Math.log(to / from);
    return Math.round((start + part * (end - start)) * 10) / 10;
  };
}

function axes({ x: across, y: up, told }: Chart, { x, y, counts, decades }: Scales): string {
  const middle = (PLOT.top + PLOT.bottom) / 2;
  return [
    ...decades.map((value) => `<path class="grid" d="M${PLOT.left} ${y(value)}H${PLOT.right}"/>`),
    ...decades.map(
      (value) => `<text class="tick end" x="${PLOT.left - 10}" y="${y(value) + 4}">${text(told(value))}</text>`,
    ),
    ...counts.map((value) => `<text class="tick middle" x="${x(value)}" y="${PLOT.bottom + 20}">${value}</text>`),
    `<text class="axis middle" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 42}">${text(across)}</text>`,
    `<text class="axis middle" transform="translate(28 ${middle}) rotate(-90)">${text(up)}</text>`,
  ].join('\n');
}

function drawn({ points }: Line, index: number, { x, y }: Scales): string {
  const path = points.map((point) => `${x(point.x)},${y(point.y)}`).join(' ');
  const dots = points.map(({ x: count, y: value, atLeast }) => {
    return `<circle class="${atLeast === true ? 'open' : 'dot'} c${index}" cx="${x(count)}" cy="${y(value)}" r="4"/>`;
  });
  return `<polyline class="line c${index}" points="${path}"/>\n${dots.join('\n')}`;
}

/** Places names and last values at the ends of the lines, from the top, and moves them apart if they would overlap. */
function endLabels({ lines, told }: Chart, { y }: Scales): string {
  const ends = lines.flatMap(({ name, points }, index) => {
    const last = points.at(-1);
    return last === undefined ? [] : [{ name, index, last, at: y(last.y) }];
  });
  let free = PLOT.top - LINE_HEIGHT;
  return ends
    .sort((a, b) => a.at - b.at)
    .map(({ name, index, last, at }) => {
      free = Math.max(at, free + LINE_HEIGHT);
      const value = `${last.atLeast === true ? 'over ' : ''}${told(last.y)} with ${last.x}`;
      return `<text class="name t${index}" x="${PLOT.right + 14}" y="${free}">${text(name)}</text>
<text class="value t${index}" x="${PLOT.right + 14}" y="${free + 15}">${text(value)}</text>`;
    })
    .join('\n');
}

function styles(): string {
  const colours = (theme: 0 | 1) =>
    COLOURS.map(
      (pair, index) => `.c${index}{stroke:${pair[theme]}}.dot.c${index},.t${index}{fill:${pair[theme]}}`,
    ).join('\n');
  return `text{font:13px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-size:17px;font-weight:600}.name{font-weight:600}
.small,.tick,.value{font-size:12px}.small,.tick,.axis{fill:#59636e}
.middle{text-anchor:middle}.end{text-anchor:end}
.page{fill:#ffffff;stroke:#d1d9e0}.grid{stroke:#e4e8ec}
.line{fill:none;stroke-width:2.5;stroke-linejoin:round}.open{fill:none;stroke-width:2}
${colours(0)}
@media(prefers-color-scheme:dark){
text{fill:#f0f6fc}.small,.tick,.axis{fill:#9198a1}
.page{fill:#0d1117;stroke:#3d444d}.grid{stroke:#262c36}
${colours(1)}
}`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
