import { newToken } from '../../base/key.ts';
import type { Reporter } from '../../base/reporter.ts';
import { monotonicMs } from '../../base/wait.ts';
import type { Asker, Holder } from '../engine.ts';
import type { Busy, Slot, Slots, SlotWatch } from '../slots.ts';
import { GONE_MS, LEASE_MS, type Lease, LeaseClaim, RELEASE_PATIENCE_MS } from './claim.ts';
import { graceHolder, holderOf } from './holder.ts';
import { slotKeys } from './keys.ts';
import { ownRecord } from './record.ts';
import type { RedisServer, Reply } from './server.ts';
import { LEAVE_SLOT, RENEW_SLOT, SLOT_HOLDERS, TAKE_SLOT } from './slot-scripts.ts';
import { watchChannel } from './watch.ts';

export interface RedisSlotsOptions {
  readonly server: RedisServer;
  readonly group: string;
  /** How many slots there are for this asker. */
  readonly count: number;
  /** As that of the lock. */
  readonly leaseMs?: number;
  /** Milliseconds for which who does not ask again keeps its place among those who wait; by default 5 s. */
  readonly ticketMs?: number;
  /** See `PoolRecord.origin`. */
  readonly origin?: string;
  readonly reporter: Reporter;
}

const TICKET_MS = 5000;

/**
 * Slots of a whole pool. The server counts who has one, and who has waited longest gets the next; only as many as there
 * are free slots are woken. It is for one build: whoever asks by it is in one place of the queue (ADR 31).
 */
export class RedisSlots implements Slots {
  readonly keepsOrder = true;
  readonly #server: RedisServer;
  readonly #group: string;
  readonly #count: number;
  readonly #leaseMs: number;
  readonly #ticketMs: number;
  readonly #origin: string;
  readonly #reporter: Reporter;
  /** Of the ticket, then of the slot. */
  #token = newToken();
  #waits = false;
  #busy: Busy = new Map();

  constructor(options: RedisSlotsOptions) {
    const { server, group, count, leaseMs = LEASE_MS, ticketMs = TICKET_MS, origin = '', reporter } = options;
    this.#server = server;
    this.#group = group;
    this.#count = count;
    this.#leaseMs = leaseMs;
    this.#ticketMs = ticketMs;
    this.#origin = origin;
    this.#reporter = reporter;
  }

  /** The server knows which are free, so that it takes no `names`. */
  async take(asker: Omit<Asker, 'slots'>): Promise<Slot | Busy> {
    for (;;) {
      const token = this.#token;
      const json = ownRecord(token, { ...asker, slots: this.#count }, this.#origin, this.#leaseMs);
      this.#waits = true;
      const { value, sentAt } = await this.#run(TAKE_SLOT, [token, json, this.#ticketMs], this.#leaseMs);
      const [kind, known, first] = value as readonly unknown[];
      if (known !== 1) this.#server.warnBlind();
      if (kind === 'grace') {
        this.#server.tellGrace(Number(first));
        return new Map([['0', graceHolder]]);
      }
      if (kind === 'held') {
        this.#busy = this.#holdersIn(value);
        return this.#busy;
      }
      // The next one who asks by this is another.
      this.#token = newToken();
      this.#waits = false;
      if (kind === 'ours') return this.#slot(token, String(first), json, sentAt);
    }
  }

  async holders(): Promise<readonly Holder[]> {
    const { value } = await this.#run(SLOT_HOLDERS, ['', '', 0], this.#leaseMs);
    return [...this.#holdersIn(value).values()];
  }

  /** Only those are woken who get a slot: to let others go first would leave it idle. */
  watch(): SlotWatch {
    const watch = watchChannel(this.#server.subscriber, slotKeys(this.#group).channel + this.#token, 0);
    return {
      next: async (signal, atMostMs) => {
        await watch.next(signal, atMostMs);
        return [...this.#busy.keys()];
      },
      [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
    };
  }

  /** Leaves the queue, so that nobody waits for one who has gone. The server's connection is its owner's. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#waits) return;
    this.#waits = false;
    await this.#leave(this.#token).catch(() => {});
  }

  #slot(token: string, name: string, json: string, sentAt: number): Slot {
    const where = `slot ${name} of the group "${this.#group}" on ${this.#server.shown}`;
    const lease: Lease = {
      token,
      leaseMs: this.#leaseMs,
      renew: async (ms) => {
        const heldMs = Math.round(monotonicMs() - sentAt);
        return (await this.#run(RENEW_SLOT, [token, json, name, heldMs], 0, ms)).value === 1;
      },
      release: () => this.#leave(token),
      debug: (line) => this.#reporter.debug(`${where}: ${line}`),
    };
    const claim = new LeaseClaim(lease, sentAt);
    return { claim, where, release: () => claim[Symbol.asyncDispose]() };
  }

  async #leave(token: string): Promise<void> {
    await this.#run(LEAVE_SLOT, [token, GONE_MS], RELEASE_PATIENCE_MS);
  }

  #holdersIn(value: unknown): Busy {
    const [, , now, ...parts] = value as readonly unknown[];
    const found = new Map<string, Holder>();
    for (let at = 0; at + 3 < parts.length; at += 4) {
      const [name, token, leftMs, stored] = parts.slice(at, at + 4);
      found.set(String(name), holderOf(String(token), Number(leftMs), String(stored), Number(now), this.#leaseMs));
    }
    return found;
  }

  #run(
    script: string,
    [token = '', ...more]: readonly (string | number)[],
    patienceMs: number,
    tryMs?: number,
  ): Promise<Reply> {
    const { holders, records, tickets, seen, gone, channel } = slotKeys(this.#group);
    const keys = [holders, records, tickets, seen, gone, channel];
    return this.#server.run(script, keys, [token, this.#leaseMs, this.#count, ...more], patienceMs, tryMs);
  }
}
