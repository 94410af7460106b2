import type { PoolEngine } from '../../lock/pool-engine.ts';
import type { Slots } from '../../lock/slots.ts';
import type { Failure } from '../../store/failures.ts';

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
  /** The tokens of the attempts that failed. @throws OnceError POOL_UNUSABLE */
  failureNames(id: string): Promise<readonly string[]>;
  /** How attempts failed that are not `known`. @throws OnceError POOL_UNUSABLE */
  failures(id: string, known: ReadonlySet<string>): Promise<readonly Failure[]>;
  /** Leaves the reason for hosts that wait, before the lock is released. @throws OnceError POOL_UNUSABLE */
  fail(id: string, failure: Failure): Promise<void>;
  /** The build slots of a group, for all hosts. */
  openSlots(group: string, count: number): Slots;
}
