import { shorten } from '../../base/format.ts';
import type { Watch } from '../../base/watch.ts';
import { type Claim, isClaim } from '../../lock/engine.ts';
import { GRACE, type PoolHolder } from '../../lock/pool-engine.ts';
import { type Contention, taken, type WaitResult } from '../wait/contention.ts';
import { refuseTooMany } from '../wait/shared-failures.ts';
import { timedOut } from '../wait/timed-out.ts';
import { describeHolder, WaitLog } from '../wait/wait-log.ts';
import type { Pointer, Pool } from './pool.ts';
import { buildTurn, type Turn } from './turn.ts';

/** One host that has its own lock of a key, and asks the pool who builds. */
export class PoolWait {
  readonly #contention: Contention;
  readonly #own: Claim;
  readonly #pool: Pool;
  readonly #log: WaitLog;
  /** Aborts when the step ends, and when the lock of the host is lost. */
  readonly #signal: AbortSignal;

  /** @param own the lock of the host */
  constructor(contention: Contention, own: Claim, pool: Pool) {
    this.#contention = contention;
    this.#own = own;
    this.#pool = pool;
    const { services } = contention.context;
    this.#log = new WaitLog(services.reporter);
    this.#signal = AbortSignal.any([services.signal, own.lost]);
  }

  /**
   * Waits until this host may restore or build.
   * @returns what the step came to without either; `value` is undefined where the lock of the host was lost
   * @throws OnceError POOL_UNUSABLE, WAIT_TIMEOUT; the signal's reason
   */
  async take(): Promise<Turn | { readonly value: WaitResult | undefined }> {
    const { tally, entry } = this.#contention.context;
    const watch = this.#pool.engine.watch(entry.id);
    try {
      return await this.#wait(watch);
    } finally {
      tally.lock.stop();
      await watch[Symbol.asyncDispose]();
    }
  }

  async #wait(watch: Watch): Promise<Turn | { readonly value: WaitResult | undefined }> {
    const { services, acceptance, request, tally, entry } = this.#contention.context;
    for (;;) {
      services.signal.throwIfAborted();
      if (this.#own.lost.aborted) return { value: undefined };
      const found = await acceptance.look();
      if (found !== undefined) return { value: taken(this.#contention, found) };
      const answer = await this.#restoreOrClaim();
      if ('kind' in answer) return answer;
      if (await this.#isInherited(answer)) continue;
      this.#contention.met = true;
      tally.lock.start();
      const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
      if (leftMs <= 0) return { value: timedOut(this.#contention, answer, this.#pool.engine.where(entry.id)) };
      this.#log.note(answer.token, tally.lock.ms, (waiting) => this.#line(waiting, answer));
      await watch.next(this.#signal, leftMs);
    }
  }

  /** What is published is restored without the lock of the pool: all hosts may do so at one time. */
  async #restoreOrClaim(): Promise<Turn | PoolHolder> {
    const { entry, services, request } = this.#contention.context;
    const before = await this.#news();
    if (before !== undefined) return this.#restore(before);
    await this.#checkFailures();
    const answer = await this.#pool.engine.claim(entry.id, { key: request.subject.key, who: services.who });
    if (!isClaim(answer)) return answer;
    try {
      // Between the look and the claim another host may have published and gone.
      const pointer = await this.#news();
      if (pointer === undefined)
        return buildTurn(this.#pool, entry.id, answer, this.#contention.pool.lastPointer || undefined);
      await answer[Symbol.asyncDispose]();
      return this.#restore(pointer);
    } catch (error) {
      // Its lease ends by itself.
      await Promise.resolve(answer[Symbol.asyncDispose]()).catch(() => {});
      throw error;
    }
  }

  #restore(pointer: Pointer): Turn {
    return { kind: 'restore', pointer, refuse: () => this.#contention.pool.refused.add(pointer.token) };
  }

  /** What is published for all hosts, unless this step has refused it. A step that forces refuses what was there before it. */
  async #news(): Promise<Pointer | undefined> {
    const { context, pool: memory } = this.#contention;
    const pointer = await this.#pool.published(context.entry.id);
    const isFirst = memory.lastPointer === undefined;
    memory.lastPointer = pointer?.token ?? '';
    if (pointer === undefined) return undefined;
    if (isFirst && context.request.policy.force) memory.refused.add(pointer.token);
    return memory.refused.has(pointer.token) ? undefined : pointer;
  }

  /** @throws OnceError SHARED_FAILURE if too many builds of other hosts failed since this step began to wait for them */
  async #checkFailures(): Promise<void> {
    const { request, entry } = this.#contention.context;
    const { pool: memory } = this.#contention;
    const known = memory.failures;
    if (known === undefined) memory.failures = new Set(await this.#pool.failureNames(entry.id));
    else refuseTooMany(request.subject.key, await this.#pool.failures(entry.id, known), request.policy.attempts);
  }

  /**
   * Whoever has the lock of the host knows that a holder with this origin is dead or was robbed: its lock is opened at once,
   * and not after its lease.
   */
  async #isInherited({ origin, token }: PoolHolder): Promise<boolean> {
    const { entry, services } = this.#contention.context;
    if (origin !== this.#pool.engine.origin || !(await this.#own.confirm())) return false;
    const removed = await this.#pool.engine.remove(entry.id, token);
    if (removed) services.reporter.info(`Took over the pool's lock of an earlier job of this host, which is gone.`);
    return removed;
  }

  #line(waiting: string, holder: PoolHolder): string {
    const { request, tally } = this.#contention.context;
    const whom = describeHolder(holder, tally.lock.ms);
    const key = `"${shorten(request.subject.key)}"`;
    return holder.token === GRACE
      ? `${waiting} for ${whom}: ${key}.`
      : `${waiting} for ${whom}, which builds ${key} for the pool.`;
  }
}
