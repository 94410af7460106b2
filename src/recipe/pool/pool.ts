import type { PoolEngine } from '../../lock/pool-engine.ts';

/** A build that a host has put into the remote store for all others. */
export interface Pointer {
  /** The attempt that built it. */
  readonly token: string;
  /** sha256 of what is in the store, in hex. */
  readonly digest: string;
}

/** Hosts that share no disk, and decide together who builds. */
export interface Pool extends AsyncDisposable {
  readonly engine: PoolEngine;
  /** What is published for all hosts. @throws OnceError POOL_UNUSABLE */
  published(id: string): Promise<Pointer | undefined>;
  /**
   * Publishes for all hosts, if the lock is still this token's: the first one wins.
   * @param replaces token of a build that was there and is not taken; nothing else is replaced
   * @returns whether it is published
   * @throws OnceError POOL_UNUSABLE
   */
  publish(id: string, token: string, pointer: Pointer, replaces: string | undefined): Promise<boolean>;
}
