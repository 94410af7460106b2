import type { Reporter } from '../base/reporter.ts';
import type { Who } from '../base/who.ts';
import type { LockEngine } from '../lock/engine.ts';
import type { Slots } from '../lock/slots.ts';
import type { MadeBySteps } from '../producers/producer.ts';
import type { Entry } from '../store/entry.ts';
import type { JobProcess } from '../store/lease.ts';
import type { Source } from './find/source.ts';
import type { Pool } from './pool/pool.ts';

/** A build that other steps of the job are to make, now that the lock is held for them. */
export interface ClaimedBuild {
  readonly token: string;
  /** The build folder; exists and is empty. */
  readonly out: string;
  /** Where it is to be published; undefined: it is for one job alone. */
  readonly entry: Entry | undefined;
  /** Milliseconds spent waiting for others until now. */
  readonly waitedMs: number;
  readonly slotWaitedMs: number;
  /** Aborts when the build must not go on: the lock was lost, or the step is cancelled. */
  readonly signal: AbortSignal;
}

/** What the recipe is handed by whoever runs it. */
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
  /** The environment that builds and checks start from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The job's private folder for scripts and private builds (RUNNER_TEMP). */
  readonly temp: string;
  /** Why nobody else will reuse what is built here, and what to do; told before a build. */
  readonly unsharedReason: string | undefined;
  /** Makes what other steps of the job are to make; undefined where this process makes it. */
  readonly steps?: ((build: ClaimedBuild) => Promise<MadeBySteps>) | undefined;
  /** Where an artifact may be although no manifest says so, beside what the recipe knows; asked last. */
  readonly sources?: readonly Source[] | undefined;
  /** Opened only where a lock is needed, never on a hit. */
  readonly openEngine: () => Promise<LockEngine>;
  /** The pool of hosts that share no disk; undefined: there is none. Opened only where this host holds its own lock. */
  readonly openPool?: (() => Promise<Pool>) | undefined;
  /** The build slots of a group; opened only where one is to be taken. */
  readonly openSlots: (group: string, count: number) => Promise<Slots>;
}
