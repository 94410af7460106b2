import { type ErrorCode, OnceError } from '../base/errors.ts';
import { parseFields } from '../base/fields.ts';
import type { Reporter } from '../base/reporter.ts';
import type { Outcome } from '../recipe/outcome.ts';

/** What the keeper sends to a step. */
export type KeeperMessage =
  /** For the log of the step. */
  | { readonly kind: 'line'; readonly method: LineMethod; readonly text: string }
  | { readonly kind: 'claimed'; readonly outcome: Outcome; readonly token: string }
  | { readonly kind: 'ended'; readonly outcome: PlainOutcome }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The keeper is still at work. */
  | { readonly kind: 'tick' };

type LineMethod = Exclude<keyof Reporter, 'output'>;

/** What a step asks the keeper to do. */
export type KeeperCommand =
  | { readonly kind: 'publish'; readonly identity: string | undefined }
  /** `failed`: waiting jobs count this as a failed build; otherwise one of them simply builds. */
  | { readonly kind: 'release'; readonly failed: boolean };

/** An outcome in a form that JSON can hold. */
export type PlainOutcome = Omit<Outcome, 'error'> & {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly exitCode?: number } | undefined;
};

/** Converts an outcome so that it can be sent to another process. */
export function plainOf({ error, ...rest }: Outcome): PlainOutcome {
  if (error === undefined) return { ...rest, error };
  const { code, message, exitCode } = error;
  return { ...rest, error: { code, message, ...(exitCode === undefined ? {} : { exitCode }) } };
}

/** Converts back what {@link plainOf} made. JSON drops undefined fields, and reading them gives undefined again. */
export function outcomeFrom({ error, ...rest }: PlainOutcome): Outcome {
  return { ...rest, error: error && new OnceError(error.code, error.message, { exitCode: error.exitCode }) };
}

/** A reporter whose lines another process prints. */
export function reporterTo(send: (message: KeeperMessage) => void): Reporter {
  const line = (method: LineMethod) => (text: string) => send({ kind: 'line', method, text });
  return {
    debug: line('debug'),
    info: line('info'),
    notice: line('notice'),
    warn: line('warn'),
    // A keeper runs no build, so it has no build output.
    output: () => {},
    openGroup: line('openGroup'),
    closeGroup: () => line('closeGroup')(''),
  };
}

/** Prints a line that the keeper sent. */
export function printLine({ method, text }: KeeperMessage & { kind: 'line' }, reporter: Reporter): void {
  reporter[method](text);
}

/** One message as it is sent through a socket. */
export function encode(message: KeeperMessage | KeeperCommand): string {
  return `${JSON.stringify(message)}\n`;
}

/** Longest message, in characters: an outcome with a text of each field. */
const LONGEST = 4 * 1024 * 1024;

/**
 * Returns a function that takes what a socket received, piece by piece, and calls `handle` for each complete message of one
 * of the kinds. Anything else is passed over: any process of this user may connect.
 */
export function decoder<T extends KeeperMessage | KeeperCommand>(
  kinds: readonly T['kind'][],
  handle: (message: T) => void,
): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST) rest = '';
    for (const line of lines) {
      const message = parseFields(line);
      if (message !== undefined && (kinds as readonly unknown[]).includes(message.kind))
        handle(message as unknown as T);
    }
  };
}
