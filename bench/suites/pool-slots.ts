import { setTimeout as pause } from 'node:timers/promises';
import { silent } from '../../src/admin/silent.ts';
import { parseAddress } from '../../src/lock/redis/address.ts';
import { RedisServer } from '../../src/lock/redis/server.ts';
import { RedisSlots } from '../../src/lock/redis/slots.ts';
import { isSlot, type Slot } from '../../src/lock/slots.ts';
import { median } from '../measure.ts';
import type { Row } from '../suite.ts';

const SLOTS = 3;
const WAITERS = 40;
const BUILD_MS = 20;
const WHO = { repository: '', workflow: '', job: '', runUrl: '', runner: '', host: '' };

/** One wait for a slot. */
interface Wait {
  readonly ms: number;
  /** How many slots others took meanwhile. */
  readonly others: number;
}

/**
 * Measures how evenly those wait who share the slots of a pool, all in one process. The order is the server's, and is
 * measured by how many others came first; the time is also that of a machine which is not always equally fast.
 */
export async function slotsOver(url: string, builds: number): Promise<Row[]> {
  const server = new RedisServer({ address: parseAddress(url), reporter: silent });
  const waits: Wait[] = [];
  let left = builds;
  const worker = async () => {
    while (left-- > 0) {
      const began = performance.now();
      const before = waits.length;
      const slots = new RedisSlots({ server, group: 'bench', count: SLOTS, reporter: silent });
      const slot = await waited(slots);
      const ms = performance.now() - began;
      waits.push({ ms, others: waits.length - before });
      await pause(BUILD_MS);
      await slot.release();
      await slots[Symbol.asyncDispose]();
    }
  };
  await Promise.all(Array.from({ length: WAITERS }, worker));
  await server[Symbol.asyncDispose]();
  const what = `${WAITERS} waiters, ${SLOTS} slots of a pool, ${builds} builds`;
  const times = waits.map(({ ms }) => ms);
  const others = waits.map((wait) => wait.others);
  return [
    { what: `${what}: how many others go first, at most`, unit: '', ...atMostOver(others) },
    { what: `${what}: the longest wait`, unit: 'ms', ...atMostOver(times) },
  ];
}

function atMostOver(values: readonly number[]): Omit<Row, 'what' | 'unit'> {
  const peer = { name: 'the middle one', value: median(values) };
  return { ours: Math.max(...values), peer, goal: { of: 'ratio', atMost: 1.1 } };
}

async function waited(slots: RedisSlots): Promise<Slot> {
  await using watch = slots.watch();
  for (;;) {
    const answer = await slots.take({ key: 'bench', who: WHO });
    if (isSlot(answer)) return answer;
    await watch.next(new AbortController().signal, 1000);
  }
}
