import type { PoolHolder } from './pool-engine.ts';

/** A holder in a pool, for a person who looks at the lock. */
export interface PoolStanding extends PoolHolder {
  /** Milliseconds until its lease ends unless it is renewed, by the server's clock; undefined: it has no end. */
  readonly leftMs: number | undefined;
}

/** What is held in a pool. */
export interface PoolLocks {
  /** By the names of the keys' folders. */
  readonly keys: ReadonlyMap<string, PoolStanding>;
  /** By `<group>/<number>`. */
  readonly slots: ReadonlyMap<string, PoolStanding>;
  /** How many builds wait for a slot, by their group; none of those for which nobody waits. */
  readonly waiting: ReadonlyMap<string, number>;
  /** There may be more, for the server has too many keys. */
  readonly isPart: boolean;
}

/** The locks of a pool as seen by the one who runs it. All of it is one try: who asks again decides when. */
export interface PoolInspector extends AsyncDisposable {
  /** The address without user and password. */
  readonly shown: string;
  /** How many connections were made up to now. */
  readonly connections: number;
  /** All that is held now, dead or alive. Changes nothing. @throws OnceError POOL_UNUSABLE */
  all(signal: AbortSignal): Promise<PoolLocks>;
  /** Who has one lock. Changes nothing. @throws OnceError POOL_UNUSABLE */
  inspect(id: string): Promise<PoolStanding | undefined>;
  /**
   * Opens the lock of `token`, and no other's, whether its holder lives or not. One that lives finds its lock lost at its
   * next renewal, ends its build and publishes nothing.
   * @returns false if it does not hold the lock any more
   * @throws OnceError POOL_UNUSABLE
   */
  rob(id: string, token: string): Promise<boolean>;
}
