import type { Asker, Claim, Holder, LockEngine } from './engine.ts';

/** In place of a holder's token while a server may have forgotten who holds a lock. */
export const GRACE = 'grace';

/** Who has a lock of a pool. */
export interface PoolHolder extends Holder {
  /** Where its lock of the host is; undefined if its record cannot be read. */
  readonly origin: string | undefined;
}

/** The lock that hosts agree on which share no disk. */
export interface PoolEngine extends LockEngine {
  /** Those of one origin share the lock of their host. */
  readonly origin: string;
  holder(id: string): Promise<PoolHolder | undefined>;
  claim(id: string, asker: Asker): Promise<Claim | PoolHolder>;
  /**
   * Opens the lock of a holder that is known to be dead or robbed, and no other's.
   * @returns whether it had the lock
   */
  remove(id: string, token: string): Promise<boolean>;
}
