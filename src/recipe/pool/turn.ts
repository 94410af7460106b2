import type { Claim } from '../../lock/engine.ts';
import type { Failure } from '../../store/failures.ts';
import type { Pointer, Pool } from './pool.ts';

/** What a host may do that has its own lock: restore what another host built, or build for all. */
export type Turn = RestoreTurn | BuildTurn;

export interface RestoreTurn {
  readonly kind: 'restore';
  readonly pointer: Pointer;
  /** This step does not take it. */
  readonly refuse: () => void;
}

export interface BuildTurn {
  readonly kind: 'build';
  /** The lock of the pool. */
  readonly claim: Claim;
  /** Publishes for all hosts, while the lock is ours. Returns whether it did. */
  readonly publish: (pointer: Pointer) => Promise<boolean>;
  /** Leaves the reason for hosts that wait. */
  readonly fail: (failure: Failure) => Promise<void>;
  readonly openSlots: Pool['openSlots'];
}

/** @param refused token of what is published for all hosts, and is not taken */
export function buildTurn(pool: Pool, id: string, claim: Claim, refused: string | undefined): BuildTurn {
  return {
    kind: 'build',
    claim,
    // Asked first, which renews the lease: a server that has forgotten the lock would refuse.
    publish: async (pointer) => (await claim.confirm()) && pool.publish(id, claim.token, pointer, refused),
    fail: (failure) => pool.fail(id, failure),
    openSlots: (group, count) => pool.openSlots(group, count),
  };
}
