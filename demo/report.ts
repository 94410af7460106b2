import type { Job } from './job.ts';
import type { Wave } from './wave.ts';

const RESULTS = ['built', 'waited', 'reused', 'failed'];

/** "1 built, 7 waited (3.2 s)". */
export function countLine({ jobs, seconds }: Wave): string {
  return `${countsOf(jobs)} (${seconds.toFixed(1)} s)`;
}

/** "3 hosts got the build from another one." */
export function carriedLine({ jobs }: Wave): string {
  const carried = jobs.filter((job) => job.output('source') === 'remote').length;
  return `${carried} ${carried === 1 ? 'host' : 'hosts'} got the build from another one`;
}

/** "1 built, 7 waited". */
export function countsOf(jobs: readonly { readonly state: string }[]): string {
  const counts = RESULTS.map((result) => ({ result, count: jobs.filter(({ state }) => state === result).length }));
  const told = counts.filter(({ count }) => count > 0).map(({ result, count }) => `${count} ${result}`);
  return told.join(', ');
}

/**
 * What is wrong with a wave, as a sentence; undefined if at most one job built, and all others share its build.
 * @param hosts how many have a place of their own for it
 */
export function problemOf({ jobs }: Wave, mayBuild: boolean, hosts: number): string | undefined {
  const failed = count(jobs, 'failed');
  if (failed > 0) return `${failed} of ${jobs.length} jobs failed.`;
  const built = count(jobs, 'built');
  const shared = count(jobs, 'reused') + count(jobs, 'waited');
  if (built + shared !== jobs.length) return `${jobs.length - built - shared} jobs neither built nor reused.`;
  // No job builds if an earlier run has filled the cache.
  if (built > (mayBuild ? 1 : 0)) return `${built} jobs built, and ${mayBuild ? 'one' : 'none'} should have.`;
  const paths = new Set(jobs.map((job) => job.output('path'))).size;
  if (paths !== hosts)
    return `The jobs were handed ${paths} different paths on ${hosts === 1 ? 'one host' : `${hosts} hosts`}.`;
  return undefined;
}

function count(jobs: readonly Job[], state: string): number {
  return jobs.filter((job) => job.state === state).length;
}

/** Lists each error once, with the jobs that had it, and the last lines of a failed build. */
export function failures({ jobs }: Wave): string {
  const messages = Map.groupBy(
    jobs.filter(({ error }) => error !== undefined),
    ({ error }) => error,
  );
  const told = [...messages].map(([message, those]) => `${those.map(({ name }) => name).join(', ')}: ${message}\n`);
  return `\n${told.join('')}${lastLines(jobs)}`;
}

const TAIL = 'The last lines of the build:';

/** The last lines of a failed build. If there are none, the last lines of a job that ended without an error message. */
function lastLines(jobs: readonly Job[]): string {
  const builder = jobs.find(({ error, log }) => error !== undefined && log.includes(TAIL));
  if (builder !== undefined) {
    const lines = (builder.log.split(TAIL)[1] ?? '').split('\n').filter((line) => line.startsWith('| '));
    return `\nThe last lines of the build in ${builder.name}:\n${lines.join('\n')}\n`;
  }
  const silent = jobs.find(({ error, log }) => error !== undefined && !log.includes('::error'));
  return silent === undefined
    ? ''
    : `\nThe last lines of ${silent.name}:\n${silent.log.split('\n').slice(-20).join('\n')}`;
}

/** The step summary of a job that waited, or else of any job that has one. */
export function summaryOf({ jobs }: Wave): string {
  const withOne = jobs.filter(({ summary }) => summary.trim() !== '');
  const chosen = withOne.find(({ state }) => state === 'waited') ?? withOne[0];
  return chosen === undefined ? '' : `\nThe step summary of ${chosen.name}:\n\n${chosen.summary.trim()}\n`;
}
