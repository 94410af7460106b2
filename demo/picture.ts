import type { Change } from './job.ts';
import { countsOf } from './report.ts';

/** The part of a job that is drawn. */
export interface Lane {
  readonly name: string;
  /** Milliseconds, on a clock that all jobs of a wave share. */
  readonly started: number;
  readonly changes: readonly Change[];
  readonly state: string;
  readonly seconds: number;
}

export interface Run {
  readonly key: string;
  readonly first: readonly Lane[];
  readonly second: readonly Lane[];
  /** The line at the bottom: where and when the jobs ran. */
  readonly place: string;
}

const WIDTH = 860;
const EDGE = 24;
const TOP = 96;
const LANE = 26;
/** The height of a bar. The states that cost the host most are the tallest. */
const BARS: Readonly<Record<string, number>> = { starting: 3, waiting: 6 };
const BAR = 14;
/** The gap between the two waves, and the width of the jobs' names and results beside the bars. */
const GAP = 36;
const NAMES = 54;
const RESULTS = 100;

// An image knows the reader's theme, but not that of the page. Its own background keeps it readable on any page.
export const STYLE = `
  .card { fill: #ffffff; stroke: #d1d9e0 }
  text { fill: #1f2328; font: 13px ui-sans-serif, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif }
  .title { font-size: 16px; font-weight: 600 }
  .quiet { fill: #59636e }
  .small { font-size: 12px }
  .grid { stroke: #d1d9e0 }
  .starting { fill: #afb8c1 }
  .waiting { fill: #eac54f }
  .building { fill: #0969da }
  .reused { fill: #2da44e }
  .failed { fill: #cf222e }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .grid { stroke: #2f353d }
    .starting { fill: #656c76 }
    .waiting { fill: #d29922 }
    .building { fill: #4493f8 }
    .reused { fill: #3fb950 }
    .failed { fill: #f85149 }
  }`;

/** Draws two waves of jobs side by side, to one scale. Each job is a lane, and each of its states is a bar. */
export function picture({ key, first, second, place }: Run): string {
  const lanes = Math.max(first.length, second.length);
  const bottom = TOP + lanes * LANE;
  const height = bottom + 60;
  const scale = (WIDTH - 2 * EDGE - NAMES - 2 * RESULTS - GAP) / (longest(first) + longest(second));
  const left = EDGE + NAMES;
  const right = left + longest(first) * scale + RESULTS + GAP;
  const shape = { scale, bottom };
  const many = `${lanes} ${lanes === 1 ? 'job needs' : 'jobs need'} one artifact`;
  const counts = `${countsOf(first)}; once more: ${countsOf(second)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escaped(`${many}: ${counts}`)}</title>
<style>${STYLE}
</style>
<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
${text(EDGE, 34, 'title', `${many} at the same moment`)}
${text(EDGE, 56, 'quiet', `${key}: ${counts}`)}
${text(left, TOP - 14, 'small quiet', 'First wave')}
${text(right, TOP - 14, 'small quiet', 'Once more')}
${wave(first, left, shape)}
${wave(second, right, shape)}
${first.map(({ name }, row) => text(EDGE, middle(row), '', name)).join('\n')}
${legend([...first, ...second], height - 16)}
${text(WIDTH - EDGE, height - 16, 'small quiet', place, 'end')}
</svg>
`;
}

interface Shape {
  readonly scale: number;
  readonly bottom: number;
}

function wave(lanes: readonly Lane[], left: number, { scale, bottom }: Shape): string {
  const x = (seconds: number) => left + seconds * scale;
  const grid = ticks(longest(lanes), scale).map(
    (at) =>
      `<line class="grid" x1="${px(x(at))}" x2="${px(x(at))}" y1="${TOP - 4}" y2="${bottom}"/>\n${text(x(at), bottom + 16, 'small quiet', `${at} s`, 'middle')}`,
  );
  const begin = Math.min(...lanes.map(({ started }) => started));
  const rows = lanes.flatMap((lane, row) => {
    const since = (lane.started - begin) / 1000;
    const bars = doings(lane).map(({ kind, from, to }) => bar(kind, x(since + from), x(since + to), row));
    return [
      ...bars,
      text(
        x(since + lane.seconds) + 8,
        middle(row),
        '',
        `${lane.state}, ${lane.seconds.toFixed(lane.seconds < 1 ? 2 : 1)} s`,
      ),
    ];
  });
  return [...grid, ...rows].join('\n');
}

interface Doing {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

/** The states of a job as bars. A job that found the build gets a single bar. */
function doings({ changes, state, seconds }: Lane): Doing[] {
  if (state === 'reused') return [{ kind: 'reused', from: 0, to: seconds }];
  return changes.slice(0, -1).map((change, index) => ({
    kind: change.state.split(' ')[0] ?? '',
    from: change.at,
    to: changes[index + 1]?.at ?? seconds,
  }));
}

function bar(kind: string, from: number, to: number, row: number): string {
  const height = BARS[kind] ?? BAR;
  const top = TOP + row * LANE + (LANE - height) / 2;
  return `<rect class="${kind}" x="${px(from)}" y="${top}" width="${px(Math.max(to - from, 1))}" height="${height}" rx="2"/>`;
}

const KINDS: readonly (readonly [kind: string, words: string])[] = [
  ['starting', 'starting'],
  ['building', 'building'],
  ['waiting', 'waiting for that build'],
  ['reused', 'reusing it'],
];

/** The legend of the kinds that are in the picture. */
function legend(lanes: readonly Lane[], y: number): string {
  const seen = new Set(lanes.flatMap(doings).map(({ kind }) => kind));
  let x = EDGE;
  return KINDS.filter(([kind]) => seen.has(kind))
    .map(([kind, words]) => {
      const entry = `<rect class="${kind}" x="${x}" y="${y - 10}" width="12" height="12" rx="2"/>\n${text(x + 18, y, 'small', words)}`;
      x += 34 + words.length * 6.2;
      return entry;
    })
    .join('\n');
}

/** The ticks of the time axis: round values, at least 55 pixels apart. */
function ticks(seconds: number, scale: number): number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];
  const step = steps.find((each) => each * scale >= 55) ?? seconds;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => Number((index * step).toFixed(1)));
}

function longest(lanes: readonly Lane[]): number {
  const begin = Math.min(...lanes.map(({ started }) => started));
  return Math.max(...lanes.map(({ started, seconds }) => (started - begin) / 1000 + seconds));
}

function middle(row: number): number {
  return TOP + row * LANE + LANE / 2 + 4;
}

function text(x: number, y: number, style: string, words: string, anchor = 'start'): string {
  const named = style === '' ? '' : ` class="${style}"`;
  return `<text x="${px(x)}" y="${y}"${named} text-anchor="${anchor}">${escaped(words)}</text>`;
}

function px(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
