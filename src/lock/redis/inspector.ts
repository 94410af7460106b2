import { stopwatch } from '../../base/wait.ts';
import type { PoolInspector, PoolLocks, PoolStanding } from '../pool-inspector.ts';
import { GONE_MS, LEASE_MS } from './claim.ts';
import { holderOf } from './holder.ts';
import { HELD, heldBy, lockKeys, slotKeys } from './keys.ts';
import { LOOK_AT_LOCKS, RELEASE } from './scripts.ts';
import type { RedisServer } from './server.ts';
import { LOOK_AT_SLOTS } from './slot-scripts.ts';
import { PoolTrouble } from './trouble.ts';

/** How many keys the server looks at for one answer: a millisecond, in which it does nothing else. */
const SCAN_COUNT = 1000;
/** How many locks are asked for at once: with the largest records, 3 MB. */
const TOGETHER = 50;
/** Most locks and groups that are looked for, and for how long, in ms: a server may be full of keys of others. */
const MOST = 10_000;
const LONGEST_MS = 60_000;

/** Looks at the locks on a Redis server, and opens them. */
export class RedisInspector implements PoolInspector {
  readonly #server: RedisServer;

  constructor(server: RedisServer) {
    this.#server = server;
  }

  get shown(): string {
    return this.#server.shown;
  }

  get connections(): number {
    return this.#server.connections;
  }

  async all(signal: AbortSignal): Promise<PoolLocks> {
    const { ids, groups, isPart } = await this.#held(signal);
    const keys = new Map<string, PoolStanding>();
    for (let at = 0; at < ids.length && !signal.aborted; at += TOGETHER) {
      for (const [id, holder] of await this.#holders(ids.slice(at, at + TOGETHER))) keys.set(id, holder);
    }
    const slots = new Map<string, PoolStanding>();
    const waiting = new Map<string, number>();
    for (const group of groups) {
      if (signal.aborted) break;
      const { holders, count } = await this.#group(group);
      for (const [number, holder] of holders) slots.set(`${group}/${number}`, holder);
      if (count > 0) waiting.set(group, count);
    }
    return { keys, slots, waiting, isPart };
  }

  async inspect(id: string): Promise<PoolStanding | undefined> {
    return (await this.#holders([id])).get(id);
  }

  async rob(id: string, token: string): Promise<boolean> {
    const { lock, holder, gone, channel } = lockKeys(id);
    const { value } = await this.#server.run(RELEASE, [lock, holder, gone, channel], [token, LEASE_MS, '', GONE_MS]);
    return value === 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  /** What is held, sorted: the server names it in no order, and some of it twice. */
  async #held(signal: AbortSignal) {
    const spent = stopwatch();
    const [ids, groups] = [new Set<string>(), new Set<string>()];
    let cursor = '0';
    do {
      const answer = await this.#server.ask('scan', cursor, 'match', HELD, 'count', SCAN_COUNT);
      const [next, names] = answer as readonly [string, readonly string[]];
      for (const found of names.map(heldBy)) {
        if (found === undefined) continue;
        if ('id' in found) ids.add(found.id);
        else groups.add(found.group);
      }
      cursor = next;
    } while (cursor !== '0' && !signal.aborted && ids.size + groups.size < MOST && spent() < LONGEST_MS);
    return { ids: [...ids].sort(), groups: [...groups].sort(), isPart: cursor !== '0' };
  }

  async #holders(ids: readonly string[]): Promise<Map<string, PoolStanding>> {
    const keys = ids.map(lockKeys).flatMap(({ lock, holder }) => [lock, holder]);
    const [now, ...parts] = (await this.#server.run(LOOK_AT_LOCKS, keys, [])).value as readonly unknown[];
    return new Map(holdersIn(parts, now).map(([index, holder]) => [ids[Number(index)] ?? '', holder] as const));
  }

  async #group(group: string) {
    const { holders, records, tickets, seen, gone, channel } = slotKeys(group);
    try {
      const keys = [holders, records, tickets, seen, gone, channel];
      const { value } = await this.#server.run(LOOK_AT_SLOTS, keys, ['', LEASE_MS, 0]);
      const [now, count, ...parts] = value as readonly unknown[];
      return { holders: holdersIn(parts, now), count: Number(count) };
    } catch (error) {
      // What somebody else keeps under such a name must not hide the others.
      if (error instanceof PoolTrouble && error.kind === 'wrong-type') return { holders: [], count: 0 };
      throw error;
    }
  }
}

/** @param parts of each: what names it, the token, ms left, and since when with the record */
function holdersIn(parts: readonly unknown[], now: unknown): (readonly [string, PoolStanding])[] {
  const found: (readonly [string, PoolStanding])[] = [];
  for (let at = 0; at + 3 < parts.length; at += 4) {
    const [name, token, left, stored] = parts.slice(at, at + 4);
    const leftMs = Number(left) < 0 ? undefined : Number(left);
    const holder = holderOf(String(token), leftMs ?? LEASE_MS, String(stored), Number(now), LEASE_MS);
    found.push([String(name), { ...holder, leftMs }]);
  }
  return found;
}
