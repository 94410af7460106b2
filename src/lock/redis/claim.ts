import { monotonicMs } from '../../base/wait.ts';
import type { Claim } from '../engine.ts';
import { PoolTrouble } from './trouble.ts';

/** The part of a lease after which its holder gives up. The rest is for clocks of different speed. */
const OWN_PART = 0.9;

/** A hiccup of 20 s must not throw away the build of an hour. */
export const LEASE_MS = 45_000;
/** For how long, in ms, a token that was given back is remembered: no command of it arrives later. */
export const GONE_MS = 10 * 60_000;
/** A step that was cancelled has 7 s in all: for so long, in ms, a release is tried. */
export const RELEASE_PATIENCE_MS = 1500;

/** The part of a lease that one renewal may take: a server that misses one is asked again before the lease is over. */
const RENEWAL_PART = 0.25;

export interface Lease {
  readonly token: string;
  readonly leaseMs: number;
  /**
   * Makes the lease begin anew; one try.
   * @param ms for it
   * @returns false when the lock is somebody else's, or nobody's
   */
  readonly renew: (ms: number) => Promise<boolean>;
  readonly release: () => Promise<void>;
  readonly debug: (line: string) => void;
}

/**
 * A hold that lasts as long as its lease. The lease counts from before a request is sent, and the server counts from after
 * it has come, so the holder gives up before anybody else gets in.
 */
export class LeaseClaim implements Claim {
  readonly #lease: Lease;
  readonly #lost = new AbortController();
  readonly #ends: (() => void)[] = [];
  /** The moment, by the monotonic clock, at which the hold is over. */
  #until: number;
  #renewal: NodeJS.Timeout | undefined;
  #lapse: NodeJS.Timeout | undefined;
  #released: Promise<void> | undefined;

  /**
   * @param sentAt the monotonic ms before the claim was sent
   * @param firstMs until the first renewal
   */
  constructor(lease: Lease, sentAt: number, firstMs = lease.leaseMs / 3) {
    this.#lease = lease;
    this.#until = sentAt + lease.leaseMs * OWN_PART;
    this.#plan(firstMs);
  }

  get token(): string {
    return this.#lease.token;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** A server that does not answer robs nobody: the lease counts for as long as it lasts. */
  async confirm(): Promise<boolean> {
    if (this.#isOver()) return false;
    try {
      return await this.#renewed();
    } catch (error) {
      if (!(error instanceof PoolTrouble)) throw error;
      return !this.#isOver();
    }
  }

  onExit(end: () => void): void {
    if (this.#ends.length === 0) process.once('exit', this.#onExit);
    this.#ends.push(end);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  /** The lease ends a while after this process: what it started must not go on then. */
  readonly #onExit = (): void => {
    for (const end of this.#ends) end();
  };

  async #release(): Promise<void> {
    this.#stop();
    process.removeListener('exit', this.#onExit);
    await this.#lease.release();
  }

  #plan(ms: number): void {
    this.#stop();
    this.#renewal = setTimeout(() => void this.#tryRenewal(), ms).unref();
    this.#lapse = setTimeout(() => this.#isOver(), Math.max(0, this.#until - monotonicMs())).unref();
  }

  #stop(): void {
    clearTimeout(this.#renewal);
    clearTimeout(this.#lapse);
  }

  async #tryRenewal(): Promise<void> {
    const { leaseMs, token, debug } = this.#lease;
    // After this process was stopped for long: to ask now could bring back what somebody else has had since.
    if (this.#isOver()) return;
    let next = leaseMs / 3;
    try {
      await this.#renewed();
    } catch (error) {
      debug(`lease of ${token}: not renewed: ${error instanceof Error ? error.message : error}`);
      next = Math.min(1000, leaseMs / 20);
    }
    if (this.#released === undefined && !this.#lost.signal.aborted) this.#plan(next);
  }

  async #renewed(): Promise<boolean> {
    const sentAt = monotonicMs();
    const ours = await this.#lease.renew(this.#lease.leaseMs * RENEWAL_PART);
    if (!ours) this.#lose('somebody else has it, or the server knows nothing of it');
    else this.#until = Math.max(this.#until, sentAt + this.#lease.leaseMs * OWN_PART);
    return !this.#isOver();
  }

  #isOver(): boolean {
    if (!this.#lost.signal.aborted && monotonicMs() >= this.#until)
      this.#lose('its lease could not be renewed in time');
    return this.#lost.signal.aborted;
  }

  #lose(why: string): void {
    if (this.#released !== undefined) return;
    this.#stop();
    this.#lost.abort(new Error(`The lock is no longer ours: ${why}`));
  }
}
