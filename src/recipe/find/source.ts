import type { Who } from '../../base/who.ts';
import type { MakeResult } from '../../producers/producer.ts';
import type { Entry } from '../../store/entry.ts';
import type { Manifest } from '../../store/manifest.ts';
import type { WithTemp } from '../build/scratch.ts';
import type { Origin } from '../outcome.ts';
import type { Turn } from '../pool/turn.ts';
import type { Request } from '../request.ts';

/** What a source is asked with. */
export interface Search {
  readonly request: Request;
  readonly entry: Entry;
  /** What the pool of hosts says; undefined: there is none, or this host decides for itself. */
  readonly turn: Turn | undefined;
  /** Its signal aborts when the lock is lost, too. */
  readonly services: WithTemp & { readonly onExit: (end: () => void) => void };
  /** Runs the step's `check`, if it has one, on the build in `out`. */
  readonly runCheck: (out: string) => Promise<{ readonly passed: boolean } | undefined>;
  /**
   * Why this step does not take a build of another host, by its manifest alone; undefined: it may.
   * @throws OtherPin; OnceError SCRIPT_CHANGED with `on-change: fail`
   */
  readonly whyUnfit: (manifest: Manifest) => string | undefined;
  /**
   * Why this step does not take a build of another host that is in `out`; undefined: it does.
   * @throws as {@link Search.whyUnfit}; OnceError BUILD_FAILED if the check hangs
   */
  readonly whyNotTaken: (manifest: Manifest, out: string) => Promise<string | undefined>;
}

/**
 * A place where an artifact may be although no manifest says so: a check that passes, a tool that another action made, a
 * store elsewhere. Asked under the lock, before anything is built.
 */
export interface Source {
  /** For the log. */
  readonly name: string;
  /**
   * Puts the artifact into `out`, which exists and is empty, or says that it is there by other means.
   * @returns undefined if it has none, having left `out` empty
   * @throws OnceError; the signal's reason when aborted
   */
  find(search: Search, out: string): Promise<Found | undefined>;
  /**
   * Called once a build is published, while its lock is held; also for one that this source gave. A store elsewhere takes
   * a copy here. What it throws is a warning: the build is published all the same.
   */
  published?(search: Search, manifest: Manifest, out: string): Promise<void>;
}

/** An artifact that was not built here, now. */
export interface Found extends MakeResult {
  /** The build that it is published as, whose folder it is in; undefined: that of the attempt that asked. */
  readonly build?: string | undefined;
  /** Who built it; undefined: nobody knows, and the manifest names this job. */
  readonly builtBy?: Who;
  /** undefined: it was on this host's disk. */
  readonly origin?: Origin;
  /** Undoes what was done to record it, where it cannot be published after all. */
  readonly giveBack: () => void;
}
