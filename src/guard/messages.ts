import { type ErrorCode, OnceError } from '../base/errors.ts';
import type { Reporter } from '../base/reporter.ts';
import type { Outcome } from '../recipe/outcome.ts';

/** What the keeper tells the step that it works for. */
export type Told =
  | { readonly say: 'line'; readonly how: Line; readonly text: string }
  | { readonly say: 'claimed'; readonly outcome: Outcome; readonly token: string }
  | { readonly say: 'ended'; readonly outcome: PlainOutcome }
  | { readonly say: 'refused'; readonly why: string }
  /** It is still at work. */
  | { readonly say: 'tick' };

type Line = Exclude<keyof Reporter, 'output'>;

/** What a step asks of the keeper. */
export type Ask =
  | { readonly ask: 'publish'; readonly identity: string | undefined }
  /** `failed`: a reason for those who wait to give up; else somebody else simply tries. */
  | { readonly ask: 'release'; readonly failed: boolean };

/** An outcome as JSON can hold it. */
export type PlainOutcome = Omit<Outcome, 'error'> & {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly exitCode?: number } | undefined;
};

/** An outcome for another process. */
export function plainOf({ error, ...rest }: Outcome): PlainOutcome {
  if (error === undefined) return { ...rest, error };
  const { code, message, exitCode } = error;
  return { ...rest, error: { code, message, ...(exitCode === undefined ? {} : { exitCode }) } };
}

/** An outcome of another process. What it does not hold is undefined, as in the original. */
export function outcomeFrom({ error, ...rest }: PlainOutcome): Outcome {
  return { ...rest, error: error && new OnceError(error.code, error.message, { exitCode: error.exitCode }) };
}

/** Reports to another process. */
export function reporterTo(tell: (told: Told) => void): Reporter {
  const line = (how: Line) => (text: string) => tell({ say: 'line', how, text });
  return {
    debug: line('debug'),
    info: line('info'),
    notice: line('notice'),
    warn: line('warn'),
    // A keeper builds nothing that would print.
    output: () => {},
    openGroup: line('openGroup'),
    closeGroup: () => line('closeGroup')(''),
  };
}

/** Prints a line of another process. */
export function relay({ how, text }: Told & { say: 'line' }, reporter: Reporter): void {
  reporter[how](text);
}

/** Calls `hear` with each line of JSON that comes in pieces. */
export function lineReader<T>(hear: (value: T) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(JSON.parse(line) as T);
  };
}
