import { shorten } from './format.ts';

/** Who a step is: names and links for records that other jobs print. Never secrets, never output. */
export interface Who {
  readonly repository: string;
  readonly workflow: string;
  readonly job: string;
  /** Link to the run, or to the job's own page where the runner tells it; empty outside a runner. */
  readonly runUrl: string;
  readonly runner: string;
  readonly host: string;
}

/**
 * "owner/repo, job build on runner-3 (host-a), https://…": for log lines; leaves out what is not known.
 * It may come from a file that another job wrote, so nothing in it can end a line and begin a workflow command.
 */
export function describeWho(who: Who): string {
  const [repository, job, runner, host, runUrl] = [who.repository, who.job, who.runner, who.host, who.runUrl].map(
    shown,
  );
  const place = [runner && `on ${runner}`, host && `(${host})`].filter(Boolean).join(' ');
  const what = [job && `job ${job}`, place].filter(Boolean).join(' ');
  return [repository, what, runUrl].filter(Boolean).join(', ') || 'unknown';
}

function shown(text: unknown): string {
  return typeof text === 'string' ? shorten(text, 200) : '';
}
