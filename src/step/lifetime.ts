import { messageOf, OnceError } from '../base/errors.ts';
import { reportError } from './report/reporter.ts';

/** The runner's own limit is 7.5 s from its first signal to the next. */
const HURRY_AFTER_MS = 5800;
const EXIT_AFTER_MS = 6600;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** How long this process lives: until it is done, or until somebody tells it to end. */
export interface Lifetime {
  /** Aborts with an OnceError when the step is to end: a signal, or an error of ours that nothing caught. */
  readonly signal: AbortSignal;
  /** Aborts when a cancelled step has no time left to delete what it made. */
  readonly cleanupDeadline: AbortSignal;
  /** Tells it to end. */
  readonly end: (why: OnceError) => void;
}

/**
 * Listens for the end. The listeners stay until the process exits: the lock library ends the process on a signal that
 * nobody else listens to, and a second signal must not cut short what the first one started.
 */
export function beginLifetime(): Lifetime {
  const end = new AbortController();
  const cleanupDeadline = new AbortController();
  const begin = (why: OnceError) => {
    if (end.signal.aborted) return;
    setTimeout(() => cleanupDeadline.abort(), HURRY_AFTER_MS).unref();
    setTimeout(() => giveUp(why), EXIT_AFTER_MS).unref();
    end.abort(why);
  };
  for (const name of SIGNALS) process.on(name, () => begin(cancelled(name)));
  process.on('uncaughtException', (error) => begin(internal(error)));
  process.on('unhandledRejection', (error) => begin(internal(error)));
  return { signal: end.signal, cleanupDeadline: cleanupDeadline.signal, end: begin };
}

/** The runner would kill this process next. What holds a lock is removed by the lock library's exit handler even now. */
function giveUp(why: OnceError): never {
  reportError(`${why.message} Cleaning up took too long: the next build of this key clears away the rest.`);
  process.exit(exitCodeOf(why));
}

/** The process's exit code for an error: the script's own where one failed. */
export function exitCodeOf(error: OnceError): number {
  if (error.code === 'CANCELLED') return 130;
  return error.code === 'BUILD_FAILED' && error.exitCode ? error.exitCode : 1;
}

function cancelled(signal: string): OnceError {
  return new OnceError(
    'CANCELLED',
    `Cancelled by ${signal}: nothing unfinished was published, and what this step held is free again.`,
  );
}

/** An error that is our fault, told as such. */
export function internal(error: unknown): OnceError {
  const where = error instanceof Error ? (error.stack?.split('\n')[1]?.trim() ?? '') : '';
  return new OnceError('INTERNAL', `build-once itself failed: ${messageOf(error)} ${where}. Please report this line.`, {
    cause: error,
  });
}
