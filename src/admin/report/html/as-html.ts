import { formatDuration } from '../../../base/format.ts';
import { dayOf } from '../../../store/journal/days.ts';
import { Figures } from '../figures.ts';
import type { Report } from '../gather.ts';
import { notKnown } from '../not-known.ts';
import { gapsOf, KEY_TABLES, number, percent, type Section, sectionsOf, subjectOf, TOP } from '../sections.ts';
import { timelinesOf } from '../timeline.ts';
import { type DayChart, dayChart, legend } from './day-chart.ts';
import { text } from './markup.ts';
import { runChart } from './run-chart.ts';
import { style } from './style.ts';
import { table, tableSection } from './tables.ts';

/** The newest runs are drawn. */
const RUNS = 5;

/**
 * Nothing is loaded and no script may run, whatever the journal holds: a browser that finds something to do all the same is
 * told not to.
 */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The report as one page that needs nothing else: no network, no script. */
export function asHtml(report: Report): string {
  const sections = sectionsOf(report);
  const of = (title: string) => sections.filter((section) => section.title === title);
  const runs = timelinesOf(report, RUNS).map(runChart);
  const notes = [...gapsOf(report), ...notKnown].map((note) => `<li>${withCode(note)}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${text(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>What build-once saved</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
</head>
<body>
<header>
<h1>What build-once saved</h1>
<p>${text(subjectOf(report))}</p>
${cards(report)}
</header>
<main>
${charts(report, of('By day (UTC)'))}
${runs.length === 0 ? '' : `<section>\n<h2>${runs.length === 1 ? 'Newest run' : 'Newest runs'}</h2>\n${runs.join('\n')}\n</section>`}
<div class="pair tables">
${KEYS.flatMap(({ title, part }) => of(title).map((section) => tableSection(section, part(report)))).join('\n')}
${of('In all')
  .map((section) => tableSection(section))
  .join('\n')}
</div>
${[...of('Failed steps, by reason'), ...of('Build slots')].map((section) => tableSection(section)).join('\n')}
<section>
<h2>What is not in it</h2>
<ul class="notes">
${notes.join('\n')}
</ul>
</section>
</main>
</body>
</html>
`;
}

/** The tables of keys, with what their bars stand for. */
const KEYS = KEY_TABLES.map(({ title, figure }) => ({
  title,
  part: ({ sums }: Report) => sums.top(TOP, figure).map(figure),
}));

/** Text in which what is between backquotes is code. */
function withCode(note: string): string {
  return text(note).replace(/`([^`]*)`/g, '<code>$1</code>');
}

function cards({ sums: { total } }: Report): string {
  const all: readonly (readonly [string, string])[] = [
    ['build time avoided', formatDuration(total.avoidedMs)],
    ['hit ratio', total.hitRatio === undefined ? '–' : percent(total.hitRatio)],
    ['steps', number(total.steps)],
    ['spent building', formatDuration(total.buildMs)],
    ['spent waiting', formatDuration(total.waitedMs + total.slotWaitedMs)],
    ['failed', number(total.failed)],
  ];
  const items = all.map(([name, figure]) => `<div><dt>${name}</dt><dd>${text(figure)}</dd></div>`);
  return `<dl class="cards">${items.join('')}</dl>`;
}

/** Most days of a chart, the newest. */
const DAYS = 62;
const DAY_MS = 86_400_000;

function charts({ sums, untilMs }: Report, [days]: readonly Section[]): string {
  if (days === undefined) return '';
  const names = daysUntil([...sums.days.keys()].sort()[0] ?? '', untilMs);
  const each = names.map((day) => sums.days.get(day) ?? new Figures());
  const of = (name: string, colour: string, figure: (day: Figures) => number) => ({
    name,
    colour,
    values: each.map(figure),
  });
  const steps: DayChart = {
    id: 'steps',
    title: 'Steps by day',
    description:
      'A bar for each day, made of the steps that reused, waited, built, did else or failed. The table below it has the figures.',
    days: names,
    series: [
      of('reused', 'reused', ({ reused }) => reused),
      of('waited', 'waiting', ({ waited }) => waited),
      of('built', 'building', (day) => day.built + day.private),
      of('missed', 'other', ({ missed }) => missed),
      of('failed', 'failed', ({ failed }) => failed),
    ].filter(({ values }) => values.some(Boolean)),
    told: number,
  };
  const time: DayChart = {
    id: 'time',
    title: 'Build time avoided by day',
    description:
      'A bar for each day: what the builds took that jobs were handed, less the waits. The table has the figures.',
    days: names,
    series: [of('avoided', 'reused', ({ avoidedMs }) => avoidedMs / 3_600_000)],
    told: (hours) => formatDuration(hours * 3_600_000),
  };
  return `<section class="pair">
<div><h2>${steps.title}</h2>
${legend(steps.series)}
${dayChart(steps)}</div>
<div><h2>${time.title}</h2>
${legend([{ name: 'avoided', colour: 'reused' }])}
${dayChart(time)}</div>
</section>
<details><summary>The days as a table</summary>
${table(days)}
</details>`;
}

/** All days from the first one to the last, without gaps, the newest of them. */
function daysUntil(first: string, untilMs: number): string[] {
  const last = Math.floor(untilMs / DAY_MS);
  const start = Math.max(Math.floor(Date.parse(first) / DAY_MS), last - DAYS + 1);
  return Array.from({ length: last - start + 1 }, (_, index) => dayOf(new Date((start + index) * DAY_MS)));
}
