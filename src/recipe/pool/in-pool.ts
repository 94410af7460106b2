import { messageOf, OnceError } from '../../base/errors.ts';
import type { Claim } from '../../lock/engine.ts';
import type { Context } from '../context.ts';
import type { Contention, WaitResult } from '../wait/contention.ts';
import type { Pool } from './pool.ts';
import { PoolWait } from './pool-wait.ts';
import type { Turn } from './turn.ts';

/**
 * Lets a host that has its own lock restore or build once the pool allows it, and gives the pool's lock back whatever
 * happens. Where the pool is away and `on-pool-error` says so, the host decides for itself.
 *
 * @param own the lock of the host
 * @throws OnceError POOL_UNUSABLE with `on-pool-error: fail`
 */
export async function inPool<T>(
  contention: Contention,
  own: Claim,
  openPool: () => Promise<Pool>,
  make: (turn: Turn | undefined) => Promise<T>,
): Promise<T | WaitResult | undefined> {
  let pool: Pool | undefined;
  let turn: Awaited<ReturnType<PoolWait['take']>>;
  try {
    pool = await openPool();
    turn = await new PoolWait(contention, own, pool).take();
  } catch (error) {
    await pool?.[Symbol.asyncDispose]();
    if (!decidesForItself(error, contention.context)) throw error;
    return make(undefined);
  }
  try {
    return 'value' in turn ? turn.value : await holding(contention, turn, make);
  } finally {
    await pool[Symbol.asyncDispose]();
  }
}

/** Whether an error is that of a pool which is away, and this host is to go on without it. Says so. */
export function decidesForItself(error: unknown, { request, services }: Context): boolean {
  const isAway = error instanceof OnceError && error.code === 'POOL_UNUSABLE';
  if (!isAway || request.policy.onPoolError === 'fail') return false;
  services.reporter.warn(`${error.message} This host decides for itself (on-pool-error: local).`);
  return true;
}

async function holding<T>({ context }: Contention, turn: Turn, make: (turn: Turn) => Promise<T>): Promise<T> {
  if (turn.kind === 'restore') return make(turn);
  try {
    return await make(turn);
  } finally {
    try {
      await turn.claim[Symbol.asyncDispose]();
    } catch (error) {
      // What the step did stays true, and the lease ends by itself; of a lock that is lost nothing is left to tell.
      if (!turn.claim.lost.aborted)
        context.services.reporter.warn(`${messageOf(error)} The pool's lock opens when its lease ends.`);
    }
  }
}
