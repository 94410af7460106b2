import type { OnceError } from '../base/errors.ts';
import type { Manifest } from '../store/manifest.ts';

/**
 * What a step did. `reused`: there at the first look, or found under the lock without having met a holder;
 * `waited`: met another holder, then found it; `built`: our build was published; `private`: built for this job alone;
 * `missed`: not there, and this step does not build; `claimed`: the steps after this one are to build it.
 */
export type Result = 'reused' | 'waited' | 'built' | 'private' | 'missed' | 'claimed';

/** Where a build came from that is handed out. */
export type Origin = 'disk' | 'remote' | 'build';

/** All that is known at the end of a step, also of one that failed. */
export interface Outcome {
  readonly key: string;
  /** The entry's folder name. */
  readonly id: string;
  /** undefined when the step failed. */
  readonly result: Result | undefined;
  readonly error: OnceError | undefined;
  /** Where the build came from; undefined when there is none to hand out. */
  readonly origin: Origin | undefined;
  /** Where the build is; undefined when there is none to hand out. */
  readonly path: string | undefined;
  /** The manifest of the build that is handed out; undefined for `missed`, `private` and most failures. */
  readonly manifest: Manifest | undefined;
  /** What exactly was built, where it is known. */
  readonly identity: string | undefined;
  /** Milliseconds spent waiting for others. */
  readonly waitedMs: number;
  /** Milliseconds spent waiting for permission to build (`max-in-flight`). */
  readonly slotWaitedMs: number;
  /** Milliseconds that building took, whoever did it; undefined when nothing was built. */
  readonly buildMs: number | undefined;
  readonly noted?: Noted | undefined;
}

/** What a step has only for the journal: how it spent its time beside waiting and building. A plain hit has none. */
export interface Noted {
  /** Milliseconds that fetching the artifact from elsewhere took, in place of a build. */
  readonly restoreMs?: number | undefined;
  /** Milliseconds from the end of the build until it was published. */
  readonly publishMs?: number | undefined;
  /** Milliseconds that putting the build where the job wants it took. */
  readonly deliverMs?: number | undefined;
  /** Locks of dead holders that this step opened; undefined: none. */
  readonly takeovers?: number | undefined;
  /** The group that a slot was asked of. */
  readonly slotGroup?: string | undefined;
}

/** An outcome of which nothing is known but the key and `known`. */
export function emptyOutcome(key: string, known: Partial<Outcome> = {}): Outcome {
  return {
    key,
    id: '',
    result: undefined,
    error: undefined,
    origin: undefined,
    path: undefined,
    manifest: undefined,
    identity: undefined,
    waitedMs: 0,
    slotWaitedMs: 0,
    buildMs: undefined,
    ...known,
  };
}
