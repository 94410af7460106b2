import type { Reporter } from '../base/reporter.ts';
import type { Who } from '../base/who.ts';
import type { LockEngine } from '../lock/engine.ts';
import type { MadeBySteps } from '../producers/producer.ts';
import type { EntryPaths } from '../store/layout.ts';
import type { JobProcess } from '../store/reader.ts';

/** A build that other steps are to make, now that it is theirs to make. */
export interface ClaimedBuild {
  readonly token: string;
  /** Where; exists and is empty. */
  readonly out: string;
  /** The entry it is to be published as; undefined: it is for one job alone. */
  readonly paths: EntryPaths | undefined;
  /** What was waited for others until now, in ms. */
  readonly waitedMs: number;
  readonly slotWaitedMs: number;
  /** Aborts when it is not theirs any more. */
  readonly signal: AbortSignal;
}

/** What the recipe is handed by whoever runs it: the step, later the command line. */
export interface Services {
  readonly who: Who;
  readonly worker: JobProcess;
  readonly reporter: Reporter;
  /** Aborts, with an OnceError CANCELLED as reason, when the step is to end. */
  readonly signal: AbortSignal;
  /** Aborts when a cancelled step has no time left to delete what it made. */
  readonly cleanupDeadline: AbortSignal;
  /** What to do, at once and synchronously, should this process exit before its work is done. */
  readonly onExit: (end: () => void) => void;
  /** The environment builds and checks start from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The job's private folder for scripts and private builds (RUNNER_TEMP). */
  readonly temp: string;
  /** Why nobody else will reuse what is built here, and what to do; told before a build. */
  readonly unsharedReason: string | undefined;
  /** Who makes what other steps of the job are to make; undefined where this process makes it. */
  readonly steps?: ((begun: ClaimedBuild) => Promise<MadeBySteps>) | undefined;
  /** OpenAttempt only where a lock is needed, never on a hit. */
  readonly openEngine: () => Promise<LockEngine>;
  /** The locks that are the build slots of a group; opened only where one is to be taken. */
  readonly openSlotEngine: (group: string) => Promise<LockEngine>;
}
