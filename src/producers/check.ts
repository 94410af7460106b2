import { formatDuration } from '../base/format.ts';
import { newToken } from '../base/key.ts';
import type { Reporter } from '../base/reporter.ts';
import type { TreeEnd } from '../host/process.ts';
import { runCommand } from './command.ts';
import type { Environment } from './producer.ts';
import type { CommandSpec } from './spec.ts';
import { Tail } from './tail.ts';

export interface CheckOptions {
  readonly env: Environment;
  readonly key: string;
  /** The build folder to look at. */
  readonly out: string;
  /** A private folder; exists, removed by the caller. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  /** Milliseconds; 30,000 by default. */
  readonly timeoutMs?: number;
  readonly onSpawn?: (killAll: () => void) => void;
}

export interface CheckResult {
  readonly passed: boolean;
  /** It gave no answer in its time. */
  readonly hung: boolean;
  /** How it ended, as a predicate of "the check". */
  readonly why: string;
}

const LIMIT_MS = 30_000;

/**
 * Runs the input `check`: exit code 0 means that the artifact is there. Its output is shown in debug logs only.
 * @throws OnceError BAD_INPUT if it cannot be started here; the signal's reason if that has aborted
 */
export async function runCheck(spec: CommandSpec, options: CheckOptions): Promise<CheckResult> {
  const { timeoutMs = LIMIT_MS, reporter } = options;
  const tail = new Tail();
  const onOutput = (chunk: Uint8Array): void => tail.push(chunk);
  // A token of its own, so that ending the check ends no process of the build.
  const { ending } = await runCommand(spec, { ...options, timeoutMs, token: newToken(), onOutput });
  options.signal.throwIfAborted();
  const why = reason(ending, timeoutMs);
  for (const line of tail.lines()) reporter.debug(line);
  reporter.debug(`The check ${why}; processes it left running: ${ending.leftBehind}.`);
  const hung = ending.stopped !== undefined;
  return { passed: ending.exitCode === 0 && !hung, hung, why };
}

function reason(ending: TreeEnd, timeoutMs: number): string {
  if (ending.stopped !== undefined) return `took longer than ${formatDuration(timeoutMs)}`;
  if (ending.killedBy !== undefined) return `was killed by ${ending.killedBy}`;
  return `ended with exit code ${ending.exitCode}`;
}
