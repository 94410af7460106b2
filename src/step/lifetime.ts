import { isRootTrouble, messageOf, OnceError, rootError } from '../base/errors.ts';
import { sleep } from '../base/wait.ts';
import { reportError } from './report/reporter.ts';

// The runner sends its next signal 7.5 s after the first.
const CLEANUP_LIMIT_MS = 5800;
const EXIT_AFTER_MS = 6600;
/** What ends a process of ours. SIGBREAK comes on Windows alone: Ctrl-Break, and how a console asks its processes to end. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK'] as const;

/** How a process tells the error that it ends with. */
export interface Manner {
  readonly tell: (message: string) => void;
  readonly exitCodeOf: (error: OnceError) => number;
}

/** Whether this process may go on. */
export interface Lifetime {
  /** Aborts with an OnceError as reason when the step must end: after a signal, or an error that nothing caught. */
  readonly signal: AbortSignal;
  /** Aborts when a cancelled step has no time left to delete what it made. */
  readonly cleanupDeadline: AbortSignal;
  /** Makes the step end. */
  readonly end: (reason: OnceError) => void;
}

/**
 * Listens for signals and for errors that nothing caught. The listeners stay until the process exits: the lock library
 * exits on a signal that has no other listener, and a second signal must not interrupt the cleanup.
 */
export function beginLifetime(manner: Manner = asStep): Lifetime {
  const end = new AbortController();
  const cleanupDeadline = new AbortController();
  const begin = (reason: OnceError) => {
    if (end.signal.aborted) return;
    setTimeout(() => cleanupDeadline.abort(), CLEANUP_LIMIT_MS).unref();
    setTimeout(() => giveUp(reason, manner), EXIT_AFTER_MS).unref();
    end.abort(reason);
  };
  for (const name of SIGNALS) process.on(name, () => begin(cancelled(name)));
  process.on('uncaughtException', (error) => begin(internal(error)));
  process.on('unhandledRejection', (error) => begin(internal(error)));
  return { signal: end.signal, cleanupDeadline: cleanupDeadline.signal, end: begin };
}

/** Exits before the runner kills this process. The exit handler of the lock library still releases the lock. */
function giveUp(reason: OnceError, { tell, exitCodeOf }: Manner): void {
  tell(`${reason.message} Cleaning up took too long: the next build of this key removes the rest.`);
  void leave(exitCodeOf(reason));
}

/**
 * Ends a step that was cancelled. `process.exit()` first waits for the file-system calls that other threads make, and a slow
 * disk may hold one up for minutes. So where there is one, this process is killed once its exit handlers have released the
 * lock; then its exit code is lost, which nobody reads of a cancelled step.
 */
export async function leave(code: number): Promise<never> {
  for (let waitedMs = 0; isHeldUp() && waitedMs < HELD_UP_MS; waitedMs += LOOK_MS) await sleep(LOOK_MS);
  if (isHeldUp()) {
    process.emit('exit', code);
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(code);
}

/** For how long, in ms, other threads are given time to end their calls, and how often that is looked at. */
const HELD_UP_MS = 200;
const LOOK_MS = 10;

function isHeldUp(): boolean {
  return process.getActiveResourcesInfo().includes('FSReqCallback');
}

/** The exit code for an error: that of the script if it failed, 130 if the step was cancelled, else 1. */
function exitCodeOf(error: OnceError): number {
  if (error.code === 'CANCELLED') return 130;
  return error.code === 'BUILD_FAILED' && error.exitCode ? error.exitCode : 1;
}

/** As the steps of a workflow do it. */
export const asStep: Manner = { tell: reportError, exitCodeOf };

function cancelled(signal: string): OnceError {
  return new OnceError(
    'CANCELLED',
    `Cancelled by ${signal}: nothing unfinished was published, and the lock is released.`,
  );
}

/** Wraps an error that nobody has explained: a call that the system refused, else a mistake in build-once. */
export function internal(error: unknown): OnceError {
  if (isRootTrouble(error)) return rootError(error, undefined);
  const where = error instanceof Error ? (error.stack?.split('\n')[1]?.trim() ?? '') : '';
  return new OnceError('INTERNAL', `build-once itself failed: ${messageOf(error)} ${where}. Please report this line.`, {
    cause: error,
  });
}
