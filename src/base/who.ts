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

/** "owner/repo, job build on runner-3 (host-a), https://…": for log lines; leaves out what is not known. */
export function describeWho(who: Who): string {
  const job = who.job === '' ? '' : `job ${who.job}`;
  const place = [who.runner && `on ${who.runner}`, who.host && `(${who.host})`].filter(Boolean).join(' ');
  return [[who.repository, job, place].filter(Boolean).join(', '), who.runUrl].filter(Boolean).join(', ') || 'unknown';
}
