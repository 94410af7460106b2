import type { Watch } from '../base/watch.ts';
import type { Who } from '../base/who.ts';

/** Who asks for a lock, and for what. */
export interface Asker {
  readonly key: string;
  readonly who: Who;
  /** Of a slot: the token of the build it is for. The processes of that build end before the slot is anybody else's. */
  readonly build?: string;
  /** Of a slot: how many slots the asker counts with. */
  readonly slots?: number;
  /** The job whose other steps build while this lock is held for them: a digest, the same in all processes of the job. */
  readonly job?: string;
}

/** Who has a lock, as far as it can be known. */
export interface Holder {
  /** 12 hex digits (`isToken`), the name of the holder's attempt; of a file that is no lock of ours, its name. */
  readonly token: string;
  /** undefined if its record cannot be read. */
  readonly asker: Asker | undefined;
  /** ISO 8601, by the holder's clock; for people. */
  readonly since: string | undefined;
  /** Milliseconds for which it has been held; undefined if the holder's clock is not ours. */
  readonly heldMs: number | undefined;
  /** Milliseconds of our own clock for which its heartbeat has been seen to stand still. */
  readonly silentMs: number;
  /** The kernel of this host shows its process, and it is not stopped: a silent one has a slow disk. */
  readonly running: boolean;
}

/**
 * Who may build. An id is an entry's folder name, or the number of a slot. A token names one attempt: 12 hex digits.
 *
 * The lock is only efficiency: it never decides what is published. Therefore an engine knows nothing of the store. A new
 * holder takes away what earlier holders may still publish, whatever the engine knew of them (`Entry.revokeOthers`).
 */
export interface LockEngine extends AsyncDisposable {
  /** How many locks of dead holders it has opened. */
  readonly takeovers: number;
  /**
   * Makes what claims of `id` need. Safe at any time.
   * @throws OnceError ROOT_UNUSABLE where users of a group could not take over from each other; the system's error
   */
  prepare(id: string): void;
  /** Who holds it now; takes over from the dead on the way. undefined: worth a claim. */
  holder(id: string): Promise<Holder | undefined>;
  /** One attempt, no waiting. A Holder means: held by that one. */
  claim(id: string, asker: Asker): Promise<Claim | Holder>;
  /** The claim of `token`, whose process is known to be dead, for as long as nobody has taken the lock over. */
  adopt(id: string, token: string): Claim;
  /** Sees changes of the lock, and polls. */
  watch(id: string): Watch;
  /** Whether the attempt may still be alive; in doubt it is. Clears away what a dead attempt left of the lock. */
  alive(id: string, token: string): Promise<boolean>;
  /** Clears away what dead attempts left of the lock. Called by a holder after its release. */
  tidy(id: string, signal?: AbortSignal): Promise<void>;
  /** Where the lock is, for a person who looks for it. */
  where(id: string): string;
}

/** A hold of a lock. Disposing of it releases the lock; it may be disposed of more than once. */
export interface Claim extends AsyncDisposable {
  /** 12 hex digits. */
  readonly token: string;
  /** Aborts when the lock is no longer ours. */
  readonly lost: AbortSignal;
  /** Whether the lock is still ours; asked right before publishing. */
  confirm(): Promise<boolean>;
  /** What must be ended before the lock may open when this process exits without a release. Synchronous. */
  onExit(end: () => void): void;
}

/** Whether an answer of {@link LockEngine.claim} is a claim. */
export function isClaim(answer: Claim | Holder): answer is Claim {
  return 'confirm' in answer;
}
