import type { Figures } from './figures.ts';
import type { Report } from './gather.ts';
import { notKnown } from './not-known.ts';
import type { Failures, KeyFigures, SlotFigures } from './sums.ts';
import { type Timeline, timelinesOf } from './timeline.ts';

/** The newest runs, with what each job did in the ms since the run's first step began. */
const RUNS = 5;

/** The report as one JSON object. Times in ms, sizes in bytes; within it, fields are only added. */
export function asJson(report: Report): string {
  const { root, sinceMs, untilMs, keys, run, sums, unread } = report;
  const object = {
    format: 1,
    root,
    since: time(sinceMs),
    until: time(untilMs),
    matching: keys,
    run,
    total: figures(sums.total),
    days: [...sums.days].map(([day, each]) => ({ day, ...figures(each) })),
    keys: sums.byUse().map(keyOf),
    failures: [...sums.failures.values()].map(failuresOf),
    slotGroups: [...sums.slots.values()].map(slotsOf),
    runs: timelinesOf(report, RUNS).map(runOf),
    leftOut: sums.leftOut,
    unread,
    notKnown,
  };
  return `${JSON.stringify(object, null, 2)}\n`;
}

function runOf({ startMs, endMs, jobs, ...about }: Timeline) {
  const axis = (span: { readonly startMs: number }) => span.startMs - startMs;
  return {
    ...about,
    start: time(startMs),
    ms: endMs - startMs,
    jobs: jobs.map(({ name, steps }) => ({
      name,
      steps: steps.map(({ phases, endMs: end, ...step }) => ({
        ...step,
        startMs: axis(step),
        endMs: end - startMs,
        phases: phases.map((phase) => ({ ...phase, startMs: axis(phase) })),
      })),
    })),
  };
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

function slotsOf({ group, asked, heldMs, waited, waitedMs, longestMs }: SlotFigures) {
  return { group, asked, heldMs, waited, waitedMs, longestMs };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
