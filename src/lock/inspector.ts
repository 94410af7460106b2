import type { Holder } from './engine.ts';

/**
 * How a holder is judged. `running`: the kernel of this host shows its process. `stopped`: it shows it, stopped by a signal.
 * `alive`: its process answers, or has its pid. `dead`: the next who asks for the lock takes over. `unknown`: it cannot be
 * seen from here, so only its heartbeat tells.
 */
export type HolderState = 'running' | 'stopped' | 'alive' | 'dead' | 'unknown';

/** A holder, for a person who looks at the lock. */
export interface Standing extends Holder {
  readonly state: HolderState;
  /** Milliseconds since its last heartbeat; undefined if that is by a clock which is not ours. */
  readonly beatMs: number | undefined;
  /** It counts as dead once its heartbeat was seen to stand still for so many milliseconds. */
  readonly limitMs: number;
}

/** A lock engine as seen by the one who runs the pool. */
export interface LockInspector {
  /** Who has the lock, dead or alive; nobody: it is open. Changes nothing, and takes over from nobody. */
  inspect(id: string): Promise<readonly Standing[]>;
  /**
   * Opens the lock of `token` whether its holder lives or not. A holder that runs finds its lock lost at its next heartbeat,
   * ends its build and publishes nothing. What a stopped or dead one has started on this host is ended here.
   * @returns false if it does not hold the lock any more
   * @throws the system's error
   */
  rob(id: string, token: string): Promise<boolean>;
}
