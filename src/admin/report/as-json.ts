import type { Figures } from './figures.ts';
import type { Report } from './gather.ts';
import { notKnown } from './not-known.ts';
import type { Failures, KeyFigures, SlotFigures } from './sums.ts';

/** The report as one JSON object. Times in ms, sizes in bytes; within it, fields are only added. */
export function asJson({ root, sinceMs, untilMs, keys, sums, unread }: Report): string {
  const object = {
    format: 1,
    root,
    since: time(sinceMs),
    until: time(untilMs),
    matching: keys,
    total: figures(sums.total),
    days: [...sums.days].map(([day, each]) => ({ day, ...figures(each) })),
    keys: sums.byUse().map(keyOf),
    failures: [...sums.failures.values()].map(failuresOf),
    slotGroups: [...sums.slots.values()].map(slotsOf),
    leftOut: sums.leftOut,
    unread,
    notKnown,
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

function figures(each: Figures) {
  const { steps, hitRatio } = each;
  return { ...each, steps, hitRatio };
}

function keyOf(each: KeyFigures) {
  return figures(each);
}

function failuresOf({ reason, count, newest: { atMs, key, runUrl } }: Failures) {
  return { reason, count, newest: { at: time(atMs), key, runUrl } };
}

function slotsOf({ group, asked, waited, waitedMs, longestMs }: SlotFigures) {
  return { group, asked, waited, waitedMs, longestMs };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
