import { formatDuration, shorten } from '../../base/format.ts';
import { barOf, SIGNS } from '../../step/report/bars.ts';
import { NAMES, type PhaseName } from '../../step/report/phases.ts';
import { minute, number } from './sections.ts';
import type { JobRow, StepBar, Timeline } from './timeline.ts';

/** Narrowest and widest bar, in characters. */
const [NARROWEST, WIDEST] = [20, 80];
/** Most characters of a job's name, and of what is told at the end of its line. */
const [JOB, TOLD] = [32, 44];

/** @param columns of the terminal */
export function timelineText(timeline: Timeline, columns: number): string {
  const { jobs, startMs, endMs, leftOut } = timeline;
  const names = jobs.map((job) => shorten(job.name, JOB));
  const told = jobs.map(toldOf);
  const room =
    columns - Math.max(...names.map(({ length }) => length)) - Math.max(...told.map(({ length }) => length)) - 8;
  const axis = { startMs, ms: endMs - startMs, width: Math.min(WIDEST, Math.max(NARROWEST, room)) };
  const width = Math.max(...names.map(({ length }) => length));
  const rows = jobs.map(({ steps }, at) => `  ${names[at]?.padEnd(width)} |${barOf(steps, axis)}| ${told[at]}`);
  const scale = `  ${' '.repeat(width)} 0 s${formatDuration(axis.ms).padStart(axis.width - 1)}`;
  const more = leftOut === 0 ? [] : [`  ${number(leftOut)} more are not shown.`];
  return [titleOf(timeline), ...rows, scale, ...more, legendOf(timeline)].join('\n');
}

/** `Run https://… (attempt 2, octo/app, CI), 2026-11-28 09:30 UTC, 4 m 10 s` */
export function titleOf({ url, attempt, repository, workflow, startMs, endMs }: Timeline): string {
  const about = [attempt === undefined ? '' : `attempt ${attempt}`, repository, workflow].filter(Boolean).join(', ');
  const when = `${minute(startMs)} UTC, ${formatDuration(endMs - startMs)}`;
  return `Run ${shorten(url, 300)}${about === '' ? '' : ` (${about})`}, ${when}`;
}

const WORDS: Readonly<Record<PhaseName | 'looking', string>> = { looking: 'start and look', ...NAMES };

/** What the signs mean that are used. */
function legendOf({ jobs }: Timeline): string {
  const used = new Set(jobs.flatMap(({ steps }) => steps.flatMap(({ phases }) => phases.map(({ name }) => name))));
  const names = (Object.keys(SIGNS) as (keyof typeof SIGNS)[]).filter((name) => name === 'looking' || used.has(name));
  return `  ${names.map((name) => `${SIGNS[name]} ${WORDS[name]}`).join('   ')}`;
}

/** `built llvm-18, reused zlib` */
function toldOf({ steps }: JobRow): string {
  const [first, ...others] = steps.map(told);
  return others.length > 1 ? `${first}, and ${others.length} more` : shorten([first, ...others].join(', '), TOLD);
}

function told({ ending, key, failed }: StepBar): string {
  return `${failed ? `failed (${ending})` : ending} ${shorten(key, 30)}`;
}
