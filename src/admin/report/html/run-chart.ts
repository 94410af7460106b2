import { formatDuration } from '../../../base/format.ts';
import { NAMES, PHASES } from '../../../step/report/phases.ts';
import { minute, number } from '../sections.ts';
import type { JobRow, StepBar, Timeline } from '../timeline.ts';
import { legend } from './day-chart.ts';
import { share, text } from './markup.ts';
import { link, name } from './tables.ts';

/** Most steps of one job that are told beside its bars. */
const TOLD = 4;

/** A run: a row for each job, with its bars on one axis of time, and in words what it did. */
export function runChart(timeline: Timeline): string {
  const { url, attempt, repository, workflow, startMs, endMs, jobs, leftOut } = timeline;
  const about = [repository, workflow, attempt === undefined ? '' : `attempt ${attempt}`].filter(Boolean).join(', ');
  const used = new Set(jobs.flatMap(({ steps }) => steps.flatMap(({ phases }) => phases.map((phase) => phase.name))));
  const colours = PHASES.filter((phase) => used.has(phase)).map((phase) => ({ name: NAMES[phase], colour: phase }));
  const looking = { name: 'start and look', colour: 'looking' };
  const failed = jobs.some(({ steps }) => steps.some(buildFailed))
    ? [{ name: 'a build that failed', colour: 'failed' }]
    : [];
  return `<article>
<h3>${text(about || 'Run')}</h3>
<p>${link(url, url)}, ${minute(startMs)} UTC, ${formatDuration(endMs - startMs)}</p>
<table class="run" role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Job</th><th role="columnheader" scope="col"><span class="ends"><span>0 s</span><span>${text(formatDuration(endMs - startMs))}</span></span></th><th role="columnheader" scope="col">What it did</th></tr></thead>
<tbody role="rowgroup">
${jobs.map((job) => row(job, timeline)).join('\n')}
</tbody></table>
${leftOut === 0 ? '' : `<p>${number(leftOut)} more are not shown.</p>`}
${legend([looking, ...colours, ...failed])}
</article>`;
}

function row({ name: job, steps }: JobRow, timeline: Timeline): string {
  const bars = steps.map((step) => bar(step, timeline)).join('');
  const told = steps.slice(0, TOLD).map(words);
  const more = steps.length > TOLD ? `<li>and ${number(steps.length - TOLD)} more</li>` : '';
  return `<tr role="row"><th role="rowheader" scope="row">${text(job)}</th><td role="cell"><svg class="bars" width="100%" height="18" aria-hidden="true">${bars}</svg></td><td role="cell"><ul>${told.join('')}${more}</ul></td></tr>`;
}

function bar(step: StepBar, timeline: Timeline): string {
  const whole = rect('looking', step.startMs, step.endMs - step.startMs, timeline, SHORTEST);
  const colour = (phase: string) => (phase === 'building' && buildFailed(step) ? 'failed' : phase);
  const phases = step.phases.map(({ name, startMs, ms }) => rect(colour(name), startMs, ms, timeline));
  return `<g><title>${text(`${step.key}: ${step.ending}${phrase(step)}`)}</title>${whole}${phases.join('')}</g>`;
}

function buildFailed({ failed, phases }: StepBar): boolean {
  return failed && phases.at(-1)?.name === 'building';
}

/** The share of the width that a step has at least, so that it can be seen. */
const SHORTEST = 0.004;

function rect(colour: string, fromMs: number, ms: number, { startMs, endMs }: Timeline, least = 0): string {
  const whole = Math.max(1, endMs - startMs);
  const part = Math.max(ms / whole, least);
  const left = Math.min((fromMs - startMs) / whole, 1 - part);
  return `<rect class="${colour}" x="${share(left, 1)}" width="${share(part, 1)}" y="1" height="16"/>`;
}

function words(step: StepBar): string {
  const ending = step.failed ? `<strong>failed</strong> (${text(step.ending)})` : text(step.ending);
  return `<li>${ending} ${name(step.key)}${text(phrase(step))}</li>`;
}

/** `: waiting for a build 1 m 3 s, building 2 m` */
function phrase({ phases }: StepBar): string {
  const parts = phases.map(({ name: phase, ms }) => `${NAMES[phase]} ${formatDuration(ms).replaceAll(' ', '\u00a0')}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}
