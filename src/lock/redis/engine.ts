import { newToken } from '../../base/key.ts';
import type { Reporter } from '../../base/reporter.ts';
import { monotonicMs } from '../../base/wait.ts';
import type { Watch } from '../../base/watch.ts';
import type { Asker, Claim } from '../engine.ts';
import type { PoolEngine, PoolHolder } from '../pool-engine.ts';
import { GONE_MS, LEASE_MS, type Lease, LeaseClaim, RELEASE_PATIENCE_MS } from './claim.ts';
import { graceHolder, holderOf } from './holder.ts';
import { lockKeys } from './keys.ts';
import { ownRecord } from './record.ts';
import { ALIVE, CLAIM, LOOK, RELEASE, RENEW } from './scripts.ts';
import type { RedisServer, Reply } from './server.ts';
import { watchChannel } from './watch.ts';

export interface RedisEngineOptions {
  readonly server: RedisServer;
  /** Milliseconds for which a lock is held without a renewal; by default 45 s. All hosts of a pool use the same. */
  readonly leaseMs?: number;
  /** See `PoolRecord.origin`. */
  readonly origin?: string;
  readonly reporter: Reporter;
}

/** The lock on a Redis server that hosts share. A lock is a key with the holder's token, which expires (ADR 31). */
export class RedisEngine implements PoolEngine {
  readonly #server: RedisServer;
  readonly #leaseMs: number;
  readonly origin: string;
  readonly #reporter: Reporter;
  #takeovers = 0;

  constructor({ server, leaseMs = LEASE_MS, origin = '', reporter }: RedisEngineOptions) {
    this.#server = server;
    this.#leaseMs = leaseMs;
    this.origin = origin;
    this.#reporter = reporter;
  }

  get takeovers(): number {
    return this.#takeovers;
  }

  prepare(_id: string): void {}

  async holder(id: string): Promise<PoolHolder | undefined> {
    return this.#holderIn((await this.#run(LOOK, id, '', '', this.#leaseMs)).value);
  }

  /** A claim whose answer was lost is made again with the same token, which the server then knows. */
  async claim(id: string, asker: Asker): Promise<Claim | PoolHolder> {
    for (;;) {
      const token = newToken();
      const json = ownRecord(token, asker, this.origin, this.#leaseMs);
      // Sent with it, so that it costs no time of its own.
      const [{ value, sentAt }] = await Promise.all([this.#claimed(id, token, json), this.#server.checkPolicy()]);
      const holder = this.#holderIn(value);
      if (holder !== undefined) return holder;
      if (isOurs(value)) return new LeaseClaim(this.#lease(id, token, json, sentAt), sentAt);
    }
  }

  /** How much of the lease is left is not known: it is renewed at once. */
  adopt(id: string, token: string): Claim {
    const now = monotonicMs();
    return new LeaseClaim(this.#lease(id, token, '', now), now, 0);
  }

  watch(id: string): Watch {
    return watchChannel(this.#server.subscriber, lockKeys(id).channel);
  }

  where(id: string): string {
    return `${lockKeys(id).lock} on ${this.#server.shown}`;
  }

  async alive(id: string, token: string): Promise<boolean> {
    return (await this.#run(ALIVE, id, token, '', this.#leaseMs)).value === 1;
  }

  /** All that attempts leave expires. */
  async tidy(_id: string, _signal?: AbortSignal): Promise<void> {}

  async remove(id: string, token: string): Promise<boolean> {
    const opened = (await this.#run(RELEASE, id, token, '', this.#leaseMs, GONE_MS)).value === 1;
    if (opened) this.#takeovers += 1;
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  #lease(id: string, token: string, json: string, since: number): Lease {
    return {
      token,
      leaseMs: this.#leaseMs,
      renew: async (ms) => {
        const heldMs = Math.round(monotonicMs() - since);
        return (await this.#run(RENEW, id, token, json, 0, heldMs, ms)).value === 1;
      },
      release: async () => {
        await this.#run(RELEASE, id, token, '', RELEASE_PATIENCE_MS, GONE_MS);
      },
      debug: (line) => this.#reporter.debug(`${this.where(id)}: ${line}`),
    };
  }

  /** A claim that is given up may have been granted: it is given back, if that gets through. */
  async #claimed(id: string, token: string, json: string): Promise<Reply> {
    try {
      return await this.#run(CLAIM, id, token, json, this.#leaseMs);
    } catch (error) {
      void this.#run(RELEASE, id, token, '', 0, GONE_MS).catch(() => {});
      throw error;
    }
  }

  /** The holder in an answer of LOOK or CLAIM; undefined if it names none. */
  #holderIn(value: unknown): PoolHolder | undefined {
    const [kind, known, first, left, stored, now] = value as readonly unknown[];
    if (known !== 1) this.#server.warnBlind();
    if (kind === 'grace') {
      this.#server.tellGrace(Number(first));
      return graceHolder;
    }
    if (kind !== 'held') return undefined;
    return holderOf(String(first), Number(left), String(stored), Number(now), this.#leaseMs);
  }

  /** @param ms what the script is told beside the lease: for how long it has been held, or is to be remembered */
  #run(
    script: string,
    id: string,
    token: string,
    json: string,
    patienceMs: number,
    ms = 0,
    tryMs?: number,
  ): Promise<Reply> {
    const { lock, holder, gone, channel } = lockKeys(id);
    const keys = [lock, holder, gone, channel];
    return this.#server.run(script, keys, [token, this.#leaseMs, json, ms], patienceMs, tryMs);
  }
}

function isOurs(value: unknown): boolean {
  return (value as readonly unknown[])[0] === 'ours';
}
