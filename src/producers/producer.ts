import { sha256 } from '../base/digest.ts';
import type { Reporter } from '../base/reporter.ts';

/** A command as the user wrote it. */
export interface CommandSpec {
  readonly script: string;
  /** The runner's grammar: a known name, a template with `{0}`, or undefined for the default. */
  readonly shell: string | undefined;
  /** Absolute path. */
  readonly workingDirectory: string;
  /** Part of the fingerprint: the working directory as the user wrote it, equal on every runner. */
  readonly workingDirectoryAsWritten: string;
}

/** What a producer is given: one attempt in a folder of its own. */
export interface Attempt {
  readonly key: string;
  readonly token: string;
  /** `<id>/<token>` of every attempt this one runs inside of, its own included. */
  readonly within: readonly string[];
  /** The build folder, whose path is final. Exists and is empty. */
  readonly out: string;
  /** A private folder for scripts and scratch files; exists, removed by the caller. */
  readonly scratch: string;
  /** The job's environment as the runner gave it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; Infinity: no limit. */
  readonly timeoutMs: number;
  /** Ends the build: cancelled, or the lock was lost. */
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  /** Told as soon as there are processes to kill, so that a lock is never given up while they live. */
  readonly onSpawn: (killAll: () => void) => void;
}

/** What a producer says about what it made. */
export interface Product {
  /** What exactly it is: a commit, a digest, a version; undefined when it did not say. */
  readonly identity: string | undefined;
}

/** How an artifact is made. Resolves only when no process of the attempt that could still write is left. */
export interface Producer {
  /** A word for the manifest. */
  readonly name: string;
  /** sha256 over what the producer was told, so that a changed script is noticed. */
  readonly fingerprint: string;
  /**
   * Makes the artifact in `attempt.out`.
   * @throws OnceError BUILD_FAILED when the build failed or took too long; the signal's reason when it was aborted.
   */
  produce(attempt: Attempt): Promise<Product>;
}

/** sha256 over what a command is; the same on every runner. Asked on every hit, so it loads no producer. */
export function fingerprintOf({ script, shell = '', workingDirectoryAsWritten }: CommandSpec): string {
  return sha256(script, shell, workingDirectoryAsWritten);
}
