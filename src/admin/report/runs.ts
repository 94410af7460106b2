import type { PastEvent } from '../../store/journal/read-event.ts';

/** A run of a workflow, as far as an address tells: jobs name their run, their attempt of it, or their own page. */
export interface RunName {
  readonly url: string;
  /** undefined: not known. */
  readonly attempt: number | undefined;
}

/**
 * The run in the address of a step; of another system than GitHub, the address itself without what follows a `#`, which names
 * a job of it. undefined: it has none.
 */
export function runOf(runUrl: string): RunName | undefined {
  const [, url, attempt] =
    /^(https?:\/\/.+\/actions\/runs\/\d+)(?:\/attempts\/(\d{1,6})|\/job\/\d+)?\/?$/.exec(runUrl) ?? [];
  if (url !== undefined) return { url, attempt: attempt === undefined ? undefined : Number(attempt) };
  const [page = ''] = runUrl.split('#');
  return page === '' ? undefined : { url: page, attempt: undefined };
}

/** Whether a step is of the run that a person named: by its address, that of an attempt, or its number. */
export function isOfRun({ who: { runUrl } }: PastEvent, asked: string): boolean {
  const run = runOf(runUrl);
  if (run === undefined) return false;
  if (/^\d+$/.test(asked)) return withoutQuery(run.url).endsWith(`/${asked}`);
  const wanted = runOf(asked);
  const isAttempt = wanted?.attempt === undefined || run.attempt === undefined || run.attempt === wanted.attempt;
  return withoutQuery(run.url) === withoutQuery(wanted?.url ?? '') && isAttempt;
}

/** Gitea shows its runs by an address without the query that leads there. */
function withoutQuery(url: string): string {
  return url.replace(/\?by_index=1$/, '');
}

/** Most steps of a run that are kept. */
const MOST_STEPS = 2000;

/** The steps of one run, by the files that they are in: their events are read again when they are needed. */
export class Run {
  readonly url: string;
  readonly files: string[] = [];
  newestMs = 0;
  /** How many steps are not kept. */
  leftOut = 0;

  constructor(url: string) {
    this.url = url;
  }

  add({ atMs, file }: PastEvent): void {
    this.newestMs = Math.max(this.newestMs, atMs);
    if (this.files.length < MOST_STEPS) this.files.push(file);
    else this.leftOut += 1;
  }
}

/** How many runs are kept at least, the newest. A hostile journal must not fill the memory. */
const KEPT_RUNS = 10_000;

/** The newest runs of a journal. */
export class Runs {
  #runs = new Map<string, Run>();

  add(event: PastEvent): void {
    const url = runOf(event.who.runUrl)?.url;
    if (url === undefined) return;
    let run = this.#runs.get(url);
    if (run === undefined) {
      this.#forgetOld();
      run = new Run(url);
      this.#runs.set(url, run);
    }
    run.add(event);
  }

  #forgetOld(): void {
    if (this.#runs.size < 2 * KEPT_RUNS) return;
    this.#runs = new Map(this.newest(KEPT_RUNS).map((run) => [run.url, run]));
  }

  /** Those whose last step ended last, the newest first. */
  newest(count: number): Run[] {
    return [...this.#runs.values()].sort((a, b) => b.newestMs - a.newestMs).slice(0, count);
  }
}
