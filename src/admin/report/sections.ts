import { formatBytes, formatDuration, shorten } from '../../base/format.ts';
import type { Figures } from './figures.ts';
import type { Report } from './gather.ts';
import type { KeyFigures } from './sums.ts';

/** A table of a report, for people: in every format that shows tables. */
export interface Section {
  readonly title: string;
  readonly columns: readonly Column[];
  /** As many cells as columns, of plain text in one line. */
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly title: string;
  /** Figures, which are aligned at the right. */
  readonly right?: boolean;
  /** Names of others, which may be long. */
  readonly name?: boolean;
  /** Addresses of runs. */
  readonly link?: boolean;
}

/** Most keys of a table. */
export const TOP = 10;

/** The tables of keys, each in the order of one figure. */
export const KEY_TABLES: readonly { readonly title: string; readonly figure: (key: KeyFigures) => number }[] = [
  { title: 'Keys that saved most', figure: ({ avoidedMs }) => avoidedMs },
  { title: 'Slowest to build', figure: ({ slowestMs }) => slowestMs },
  { title: 'Most waited for', figure: ({ waitedMs }) => waitedMs },
];

/** The tables that say something, in the order in which they are shown. */
export function sectionsOf({ sums }: Report): Section[] {
  const { total } = sums;
  return [
    { title: 'In all', columns: [{ title: 'What' }, { title: 'Figure', right: true }], rows: overview(total) },
    ...KEY_TABLES.map(({ title, figure }, at) => keys(title, sums.top(TOP, figure), KEY_COLUMNS[at] ?? [])),
    {
      title: 'Failed steps, by reason',
      columns: [
        { title: 'Reason' },
        { title: 'Steps', right: true },
        { title: 'Newest' },
        { title: 'Key', name: true },
        { title: 'Run', name: true, link: true },
      ],
      rows: byCount(sums.failures.values()).map(({ reason, count, newest }) => [
        reason,
        number(count),
        minute(newest.atMs),
        newest.key,
        shorten(newest.runUrl, 300),
      ]),
    },
    {
      title: 'Build slots',
      columns: [
        { title: 'Group', name: true },
        { title: 'Steps', right: true },
        { title: 'Held', right: true },
        { title: 'Waited', right: true },
        { title: 'Waits in all', right: true },
        { title: 'Longest', right: true },
      ],
      rows: [...sums.slots.values()]
        .sort((a, b) => b.waitedMs - a.waitedMs)
        .slice(0, TOP)
        .map((each) => [
          shorten(each.group, 100),
          number(each.asked),
          formatDuration(each.heldMs),
          number(each.waited),
          formatDuration(each.waitedMs),
          formatDuration(each.longestMs),
        ]),
    },
    { title: 'By day (UTC)', columns: DAY, rows: [...sums.days].map(([day, each]) => dayRow(day, each)) },
  ].filter(({ rows }) => rows.length > 0);
}

function overview(total: Figures): string[][] {
  const { hitRatio } = total;
  const always = [
    ['Steps', number(total.steps)],
    ['reused a build', number(total.reused)],
    ['waited for a build, and reused it', number(total.waited)],
    ['built', number(total.built)],
  ];
  const some = [
    ['built for one job alone', total.private],
    ['found nothing, and did not build', total.missed],
    ['failed', total.failed],
    ['brought a build from a remote store', total.remote],
    ['Locks of dead jobs that were taken over', total.takeovers],
  ] as const;
  const times = [
    ['Spent building', total.buildMs],
    ['Spent in builds that failed', total.lostMs],
    ['Spent waiting for builds of others', total.waitedMs],
    ['Spent waiting for a build slot', total.slotWaitedMs],
    ['Spent publishing', total.publishMs],
    ['Spent restoring', total.restoreMs],
    ['Spent on copies and links for jobs', total.deliverMs],
  ] as const;
  return [
    ...always,
    ...some.filter(([, count]) => count > 0).map(([what, count]) => [what, number(count)]),
    ['Hit ratio', hitRatio === undefined ? '–' : percent(hitRatio)],
    ['Build time avoided', formatDuration(total.avoidedMs)],
    ...times.filter(([, ms]) => ms > 0).map(([what, ms]) => [what, formatDuration(ms)]),
    ['Size of what was built', formatBytes(total.builtBytes)],
    ['Size of what was handed out instead of built', formatBytes(total.handedBytes)],
    ...(total.remote > 0 ? [['Size of what came from a remote store', formatBytes(total.remoteBytes)]] : []),
  ];
}

interface Figure {
  readonly title: string;
  readonly of: (key: KeyFigures) => string;
}

const HANDED: Figure = { title: 'Handed out', of: ({ reused, waited }) => number(reused + waited) };
const SIZE: Figure = { title: 'Size', of: ({ bytes }) => (bytes === undefined ? '' : formatBytes(bytes)) };
const BUILDS: Figure = { title: 'Builds', of: ({ built }) => number(built) };

const SAVED: readonly Figure[] = [
  { title: 'Avoided', of: ({ avoidedMs }) => formatDuration(avoidedMs) },
  HANDED,
  BUILDS,
  SIZE,
];
const SLOW: readonly Figure[] = [
  { title: 'Longest', of: ({ slowestMs }) => formatDuration(slowestMs) },
  { title: 'In all', of: ({ buildMs }) => formatDuration(buildMs) },
  BUILDS,
  HANDED,
];
const WAITED: readonly Figure[] = [
  { title: 'In all', of: ({ waitedMs }) => formatDuration(waitedMs) },
  { title: 'Longest', of: ({ longestWaitMs }) => formatDuration(longestWaitMs) },
  { title: 'Waited', of: ({ waited }) => number(waited) },
  BUILDS,
];

const KEY_COLUMNS = [SAVED, SLOW, WAITED];

function keys(title: string, rows: readonly KeyFigures[], figures: readonly Figure[]): Section {
  const names = [
    { title: 'Key', name: true },
    { title: 'Scope', name: true },
  ];
  return {
    title,
    columns: [...names, ...figures.map((each) => ({ title: each.title, right: true }))],
    rows: rows.map((key) => [key.key, key.scope, ...figures.map(({ of }) => of(key))]),
  };
}

const DAY: readonly Column[] = [
  { title: 'Day' },
  ...['Steps', 'Reused', 'Waited', 'Built', 'Failed', 'Avoided', 'Handed out'].map((title) => ({ title, right: true })),
];

function dayRow(day: string, each: Figures): string[] {
  const counts = [each.steps, each.reused, each.waited, each.built + each.private, each.failed].map(number);
  return [day, ...counts, formatDuration(each.avoidedMs), formatBytes(each.handedBytes)];
}

function byCount<T extends { readonly count: number }>(all: Iterable<T>): T[] {
  return [...all].sort((a, b) => b.count - a.count).slice(0, TOP);
}

/** `12,345` */
export function number(count: number): string {
  return count.toLocaleString('en-US');
}

/** `97.3 %`; never 100 % where something is missing. */
export function percent(ratio: number): string {
  const shown = Math.floor(ratio * 1000) / 10;
  return `${shown} %`;
}

/** `2026-11-28 09:30`, in UTC. */
export function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** What it is about, in one line: the root, the time, the keys. */
export function subjectOf({ root, sinceMs, untilMs, keys, run }: Report): string {
  const which = keys === undefined ? '' : `, keys ${shorten(keys, 100)}`;
  const whose = run === undefined ? '' : `, run ${shorten(run, 300)}`;
  return `${shorten(root, 300)}, ${minute(sinceMs)} to ${minute(untilMs)} UTC${which}${whose}`;
}

/** What this report lacks, each a sentence. */
export function gapsOf({ unread, sums: { leftOut, total } }: Report): string[] {
  const files =
    unread.count === 1 ? 'One file of the journal gives' : `${number(unread.count)} files of the journal give`;
  return [
    ...(total.steps === 0 ? ['No step has left an event in this time.'] : []),
    ...(unread.count > 0
      ? [`${files} no event: ${unread.examples.map((each) => shorten(each, 200)).join('; ')}.`]
      : []),
    ...(leftOut > 0
      ? [`${number(leftOut)} events are in the sums alone: there are too many keys, reasons or groups.`]
      : []),
  ];
}
