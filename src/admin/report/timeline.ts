import { shorten } from '../../base/format.ts';
import { type StepSpan, spanOf } from '../../step/report/bars.ts';
import { pastEvent } from '../../store/journal/past-events.ts';
import type { PastEvent } from '../../store/journal/read-event.ts';
import { ownBuildMs } from './figures.ts';
import type { Report } from './gather.ts';
import { type Run, runOf } from './runs.ts';

/** What the jobs of a run did, and when. Times in ms since 1970, by the clock of each job's host. */
export interface Timeline {
  readonly url: string;
  readonly attempt: number | undefined;
  readonly repository: string;
  readonly workflow: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The job that began first comes first. */
  readonly jobs: readonly JobRow[];
  /** Steps and jobs that are not shown, because there are too many. */
  readonly leftOut: number;
}

export interface JobRow {
  /** `build on runner-3 (host-a)` */
  readonly name: string;
  readonly steps: readonly StepBar[];
}

export interface StepBar extends StepSpan {
  readonly key: string;
  /** `built`, or the code of the error that it failed with. */
  readonly ending: string;
  readonly failed: boolean;
}

/** Most jobs of a timeline: a picture of more says nothing. */
const MOST_JOBS = 100;

/** The timelines of the newest runs. */
export function timelinesOf({ root, runs }: Report, count: number): Timeline[] {
  return runs.newest(count).flatMap((run) => timelineOf(root, run) ?? []);
}

/** The timeline of a run, or of its newest attempt; undefined if its events are gone by now. */
function timelineOf(root: string, run: Run): Timeline | undefined {
  const all = run.files.map((file) => pastEvent(root, file)).filter((event) => event !== undefined);
  const attempts = all.map(attemptOf).filter((attempt) => attempt !== undefined);
  const attempt = attempts.length === 0 ? undefined : Math.max(...attempts);
  const events = all.filter((event) => (attemptOf(event) ?? attempt) === attempt);
  const [first] = events;
  if (first === undefined) return undefined;
  const rows = grouped(events)
    .map(rowOf)
    .sort((a, b) => startOf(a) - startOf(b));
  const jobs = rows.slice(0, MOST_JOBS);
  const steps = jobs.flatMap((job) => job.steps);
  return {
    url: run.url,
    attempt,
    repository: shorten(first.who.repository, NAME),
    workflow: shorten(first.who.workflow, NAME),
    startMs: Math.min(...steps.map(({ startMs }) => startMs)),
    endMs: Math.max(...steps.map(({ endMs }) => endMs)),
    jobs,
    leftOut: run.leftOut + rows.length - jobs.length,
  };
}

const NAME = 100;

function attemptOf({ who }: PastEvent): number | undefined {
  return runOf(who.runUrl)?.attempt;
}

/** Events of before there was `job` tell a job by its names. */
function jobOf({ job, who }: PastEvent): string {
  return job ?? `${who.job}\0${who.runner}\0${who.host}`;
}

function rowOf(events: readonly PastEvent[]): JobRow {
  const who = events[0]?.who;
  const place = [who?.runner && `on ${who.runner}`, who?.host && `(${who.host})`].filter(Boolean).join(' ');
  const steps = events.map(barOfStep).sort((a, b) => a.startMs - b.startMs);
  return { name: shorten([who?.job, place].filter(Boolean).join(' ') || 'unknown', NAME), steps };
}

function startOf({ steps }: JobRow): number {
  return steps[0]?.startMs ?? 0;
}

function barOfStep(event: PastEvent): StepBar {
  return {
    ...spanOf(event.atMs, event.stepMs, { ...event, ownBuildMs: ownBuildMs(event) }),
    key: shorten(event.key, NAME),
    ending: event.result || (event.error ?? 'failed'),
    failed: event.result === '',
  };
}

function grouped(events: readonly PastEvent[]): PastEvent[][] {
  const jobs = new Map<string, PastEvent[]>();
  for (const event of events) {
    const job = jobOf(event);
    const steps = jobs.get(job);
    if (steps === undefined) jobs.set(job, [event]);
    else steps.push(event);
  }
  return [...jobs.values()];
}
