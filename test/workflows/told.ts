// What an engine tells of a run with --json, by jobs and their steps.

/** A line of it, as far as it is used here. */
export interface Line {
  readonly msg: string;
  readonly level?: string;
  readonly jobID?: string;
  /** Tells the jobs of a matrix apart. */
  readonly job?: string;
  readonly jobResult?: string;
  readonly stage?: Stage;
  /** Ids from the outermost step to the innermost. */
  readonly stepID?: readonly string[];
  readonly stepResult?: string;
  /** It is what the step itself printed. */
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly content?: string;
}

type Stage = 'Pre' | 'Main' | 'Post';

/** How an output is told: act has fields for it besides, its fork has not. */
const SET = /::set-output:: ([^=]+)=([\s\S]*)$/;

/** A step of a job, in one of its stages. */
export class ToldStep {
  readonly #lines: readonly Line[];

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** `success` or `failure`; undefined when it was skipped. */
  get result(): string | undefined {
    return this.#lines.findLast(({ stepResult }) => stepResult !== undefined)?.stepResult;
  }

  get outputs(): Readonly<Record<string, string>> {
    const told = this.#lines.filter(({ raw_output: printed }) => !printed).map(({ msg }) => SET.exec(msg));
    return Object.fromEntries(told.flatMap((set) => (set === null ? [] : [[set[1], set[2]]])));
  }

  /** Empty also where the engine does not tell it. */
  get summary(): string {
    return this.#lines.find(({ command }) => command === 'summary')?.content ?? '';
  }

  /** What it printed, without what was a command. */
  get log(): string {
    return this.#lines
      .filter(({ raw_output: printed }) => printed)
      .map(({ msg }) => msg)
      .join('');
  }

  /** Its log and what the engine says of it. */
  get all(): string {
    return this.#lines.map(({ msg }) => msg.trimEnd()).join('\n');
  }
}

/** A job; of a matrix, one of its jobs. */
export class ToldJob {
  readonly #lines: readonly Line[];

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  /** `success` or `failure`. */
  get result(): string | undefined {
    return this.#lines.find(({ jobResult }) => jobResult !== undefined)?.jobResult;
  }

  /** @param id of the step, or its number where it has none; `outer/inner` in a composite action */
  step(id: string, stage: Stage = 'Main'): ToldStep {
    return new ToldStep(this.#lines.filter((line) => line.stage === stage && nameOf(line) === id));
  }
}

/** In the post stage there are numbers between the outermost and the innermost id. */
function nameOf({ stepID: ids = [] }: Line): string {
  return [...new Set([ids[0], ids.at(-1)])].join('/');
}

/** The jobs with this id: one, or those of its matrix. */
export function jobsIn(lines: readonly Line[], id: string): ToldJob[] {
  const own = lines.filter(({ jobID }) => jobID === id);
  const names = new Set(own.map(({ job }) => job));
  return [...names].map((name) => new ToldJob(own.filter(({ job }) => job === name)));
}
