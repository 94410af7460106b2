import { formatDuration } from '../../base/format.ts';
import { newToken } from '../../base/key.ts';
import type { Reporter } from '../../base/reporter.ts';
import { monotonicMs } from '../../base/wait.ts';
import type { Watch } from '../../base/watch.ts';
import type { Asker, Claim } from '../engine.ts';
import type { PoolEngine, PoolHolder } from '../pool-engine.ts';
import { type Answer, answerOf } from './answer.ts';
import { type Lease, LeaseClaim } from './claim.ts';
import { lockKeys } from './keys.ts';
import type { PoolRecord } from './record.ts';
import { ALIVE, CLAIM, LOOK, RELEASE, RENEW } from './scripts.ts';
import type { RedisServer, Reply } from './server.ts';
import { watchChannel } from './watch.ts';

export interface RedisEngineOptions {
  readonly server: RedisServer;
  /** Milliseconds for which a lock is held without a renewal; by default 45 s. All hosts of a pool use the same. */
  readonly leaseMs?: number;
  /** See {@link PoolRecord.origin}. */
  readonly origin?: string;
  readonly reporter: Reporter;
}

/** A hiccup of 20 s must not throw away the build of an hour. */
export const LEASE_MS = 45_000;
/** For how long, in ms, a token that was given back is remembered. */
export const GONE_MS = 10 * 60_000;
/** A step that was cancelled has 7 s in all: for so long, in ms, a release is tried. */
const RELEASE_PATIENCE_MS = 1500;
/** In place of a holder's token while the server may have forgotten who holds a lock. */
export const GRACE = 'grace';

/** The lock on a Redis server that hosts share. A lock is a key with the holder's token, which expires (ADR 30). */
export class RedisEngine implements PoolEngine {
  /** A lease ends by itself: nobody opens the lock of a dead holder. */
  readonly takeovers = 0;
  readonly #server: RedisServer;
  readonly #leaseMs: number;
  readonly origin: string;
  readonly #reporter: Reporter;

  constructor({ server, leaseMs = LEASE_MS, origin = '', reporter }: RedisEngineOptions) {
    this.#server = server;
    this.#leaseMs = leaseMs;
    this.origin = origin;
    this.#reporter = reporter;
  }

  prepare(_id: string): void {}

  async holder(id: string): Promise<PoolHolder | undefined> {
    const { value } = await this.#run(LOOK, id, '', '', this.#leaseMs);
    return this.#holderIn(this.#read(value));
  }

  /** A claim whose answer was lost is made again with the same token, which the server then knows. */
  async claim(id: string, asker: Asker): Promise<Claim | PoolHolder> {
    for (;;) {
      const token = newToken();
      const json = this.#record(token, asker);
      // Sent with it, so that it costs no time of its own.
      const [{ value, sentAt }] = await Promise.all([this.#claimed(id, token, json), this.#server.checkPolicy()]);
      const answer = this.#read(value);
      if (answer.kind === 'ours') return new LeaseClaim(this.#lease(id, token, json, sentAt), sentAt);
      const holder = this.#holderIn(answer);
      if (holder !== undefined) return holder;
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
    return (await this.#run(RELEASE, id, token, '', this.#leaseMs, GONE_MS)).value === 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  #lease(id: string, token: string, json: string, since: number): Lease {
    return {
      token,
      leaseMs: this.#leaseMs,
      renew: async () => (await this.#run(RENEW, id, token, json, 0, Math.round(monotonicMs() - since))).value === 1,
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

  #record(token: string, asker: Asker): string {
    const record: PoolRecord = {
      format: 1,
      token,
      asker,
      origin: this.origin,
      since: new Date().toISOString(),
      leaseMs: this.#leaseMs,
    };
    return JSON.stringify(record);
  }

  #read(value: unknown): Answer {
    const { answer, known } = answerOf(value);
    if (!known) {
      this.#server.warnOnce(
        'info',
        `The pool's server ${this.#server.shown} does not allow INFO: whether it has forgotten locks cannot be known, and after it has, two may build one key. Allow this user the command INFO.`,
      );
    }
    return answer;
  }

  #holderIn(answer: Answer): PoolHolder | undefined {
    if (answer.kind === 'grace') return this.#grace(answer.leftMs);
    if (answer.kind !== 'held') return undefined;
    const { token, leftMs, heldMs, record } = answer;
    const silentMs = Math.max(0, (record?.leaseMs ?? this.#leaseMs) - leftMs);
    const { asker, since, origin } = record ?? { asker: undefined, since: undefined, origin: undefined };
    return { token, asker, since, heldMs, silentMs, running: false, origin };
  }

  #grace(leftMs: number): PoolHolder {
    this.#server.tellOnce(
      'grace',
      `The pool's server ${this.#server.shown} is new, was restarted or replaced, and may have forgotten who builds: nobody else begins for ${formatDuration(leftMs)}.`,
    );
    const nobody = { asker: undefined, since: undefined, heldMs: undefined, origin: undefined };
    return { token: GRACE, ...nobody, silentMs: 0, running: false };
  }

  #run(script: string, id: string, token: string, json: string, patienceMs: number, ms = 0): Promise<Reply> {
    const { lock, holder, gone, channel } = lockKeys(id);
    return this.#server.run(script, [lock, holder, gone, channel], [token, this.#leaseMs, json, ms], patienceMs);
  }
}
