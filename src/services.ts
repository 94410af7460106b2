import type { Reporter } from './base/reporter.ts';
import type { Who } from './base/who.ts';
import type { LockEngine } from './lock/engine.ts';
import type { Worker } from './store/reader.ts';

/** What the recipe is handed by whoever runs it: the step, later the command line. */
export interface Services {
  readonly who: Who;
  readonly worker: Worker;
  readonly reporter: Reporter;
  /** Aborts, with an OnceError CANCELLED as reason, when the step is to end. */
  readonly signal: AbortSignal;
  /** Aborts when a cancelled step has no time left to delete what it made. */
  readonly hurry: AbortSignal;
  /** What to do, at once and synchronously, should this process exit before its work is done. */
  readonly onExit: (end: () => void) => void;
  /** The environment builds and checks start from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The job's private folder for scripts and private builds (RUNNER_TEMP). */
  readonly temp: string;
  /** Why nobody else will reuse what is built here, and what to do; told before a build. */
  readonly lonely: string | undefined;
  /** Opened only where a lock is needed, never on a hit. */
  readonly openEngine: () => Promise<LockEngine>;
  /** The locks that are the build slots of a group; opened only where one is to be taken. */
  readonly openSlotEngine: (group: string) => Promise<LockEngine>;
}
