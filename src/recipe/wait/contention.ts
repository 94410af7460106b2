import type { LockEngine } from '../../lock/engine.ts';
import type { BuildContext } from '../context.ts';
import type { Accepted } from '../find/acceptance.ts';
import type { Origin, Result } from '../outcome.ts';
import type { SharedFailures } from './shared-failures.ts';

/** What claiming or waiting led to. `missed` and `private` come without a build: there is none, or it is yet to be made. */
export interface WaitResult {
  readonly result: Result;
  readonly accepted?: Accepted | undefined;
  /** undefined: it was published on this disk. */
  readonly origin?: Origin | undefined;
}

/** One step that claims the lock or waits for it. */
export interface Contention {
  readonly context: BuildContext;
  readonly engine: LockEngine;
  readonly failures: SharedFailures;
  /** Whether another holder was met. */
  met: boolean;
  /** Whether this step, which never builds, gave those who do a moment to go on after one of them failed. */
  paused: boolean;
  readonly pool: PoolMemory;
}

/** What a step keeps in mind of a pool, from one attempt to the next. */
export interface PoolMemory {
  /** Tokens of builds of other hosts that this step does not take. */
  readonly refused: Set<string>;
  /** Token of what was published for all hosts when this step looked last; empty: nothing; undefined: it has not looked. */
  lastPointer?: string;
  /** Tokens of attempts that had failed before this step asked the pool. */
  failures?: ReadonlySet<string>;
}

/** The result of a step that takes a build which it did not make. */
export function taken({ met }: Pick<Contention, 'met'>, accepted: Accepted): WaitResult {
  return { result: met ? 'waited' : 'reused', accepted };
}
