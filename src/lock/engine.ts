import type { Who } from '../base/who.ts';

/** Who asks for a lock, and for what. */
export interface Asker {
  readonly key: string;
  readonly who: Who;
  /** Of a slot: the token of the build it is for, whose processes end before the slot is anybody else's. */
  readonly build?: string;
  /** Of a slot: how many of them the asker counts with. */
  readonly slots?: number;
  /** The job whose other steps build while this lock is held for them: a digest, the same in all processes of the job. */
  readonly job?: string;
}

/** Who has a lock, as far as it can be told. */
export interface Holder {
  readonly token: string;
  /** undefined when its record cannot be read. */
  readonly asker: Asker | undefined;
  /** ISO 8601, by the holder's clock; for people. */
  readonly since: string | undefined;
  /** Milliseconds of our own clock for which its heartbeat has been seen to stand still. */
  readonly silentMs: number;
}

/** How an attempt failed, for those who wait: numbers and links, never a line of output. */
export interface Failure {
  readonly format: 1;
  readonly token: string;
  /** One line in our own words, such as "exit code 7". */
  readonly reason: string;
  readonly exitCode: number | undefined;
  readonly who: Who;
  /** ISO 8601, by the clock of the one that failed. */
  readonly at: string;
}

/** Who may build. Other engines than the file engine implement this with their native lease. */
export interface LockEngine extends AsyncDisposable {
  /** Who holds it now; takes over from the dead on the way. undefined: worth a claim. */
  holder(id: string): Promise<Holder | undefined>;
  /** One attempt, no waiting. A Holder means: held by that one. */
  claim(id: string, asker: Asker): Promise<Claim | Holder>;
  /** Hints that it is worth looking again. */
  watch(id: string): Watch;
  failures(id: string): Promise<readonly Failure[]>;
  /** Whether the attempt may still be alive; in doubt it is. Clears away what the dead left of the lock. */
  alive(id: string, token: string): Promise<boolean>;
}

export interface Watch extends AsyncDisposable {
  /**
   * Resolves when something happened, after the poll interval or `atMostMs`, or when `signal` aborts; never rejects.
   * @returns whether something was seen to happen; without that, something may have happened all the same
   */
  next(signal: AbortSignal, atMostMs: number): Promise<boolean>;
}

/** A hold of a lock. Disposing of it releases the lock; it may be disposed of more than once. */
export interface Claim extends AsyncDisposable {
  readonly token: string;
  /** Aborts when the lock is no longer ours. */
  readonly lost: AbortSignal;
  /** Whether the lock is still ours; asked right before publishing. */
  confirm(): Promise<boolean>;
  /** Leaves the reason for those who wait. Called before the release. */
  fail(failure: Omit<Failure, 'format' | 'token'>): Promise<void>;
  /** What must be ended before the lock may open when this process exits without a release. Synchronous. */
  onExit(end: () => void): void;
}

/** Whether an answer of {@link LockEngine.claim} is a claim. */
export function isClaim(answer: Claim | Holder): answer is Claim {
  return 'confirm' in answer;
}
