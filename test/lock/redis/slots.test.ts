import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import type { RedisServer } from '../../../src/lock/redis/server.ts';
import type { RedisSlots } from '../../../src/lock/redis/slots.ts';
import { isSlot, type Slot } from '../../../src/lock/slots.ts';
import { needsRedis, redisPrograms, TestRedis } from '../../harness/servers/redis.ts';
import { TcpProxy } from '../../harness/servers/tcp-proxy.ts';
import { ASKER } from '../asker.ts';
import { openServer, openSlots } from './an-engine.ts';

const never = new AbortController().signal;

/** Takes a slot, and fails unless there is one. Given back when the test ends. */
async function taken(slots: RedisSlots): Promise<Slot> {
  const answer = await slots.take(ASKER);
  if (!isSlot(answer)) throw new Error(`busy: ${[...answer.keys()]}`);
  onTestFinished(() => answer.release());
  return answer;
}

/** Asks, and fails unless all are busy; returns who has them. */
async function queued(slots: RedisSlots): Promise<string[]> {
  const answer = await slots.take(ASKER);
  if (isSlot(answer)) throw new Error('there was one');
  return [...answer.values()].map(({ token }) => token);
}

/** Waits for a slot as a step does. */
async function waited(slots: RedisSlots): Promise<Slot> {
  await using watch = slots.watch();
  for (;;) {
    const answer = await slots.take(ASKER);
    if (isSlot(answer)) return answer;
    await watch.next(never, 1000);
  }
}

if (redisPrograms.length === 0) test.skip(`slots on Redis${needsRedis}`, () => {});

for (const program of redisPrograms) {
  const start = async (): Promise<{ readonly redis: TestRedis; readonly server: RedisServer }> => {
    const redis = await TestRedis.start(program);
    redis.settle();
    return { redis, server: openServer(redis.url, { commandMs: 2000 }) };
  };

  describe(`${program.name}: the slots of a pool`, () => {
    test('the lowest free one is taken, and who has them is told', async () => {
      const { server } = await start();
      const [first, second] = [await taken(openSlots(server, 2)), await taken(openSlots(server, 2))];
      const third = openSlots(server, 2);
      expect(await queued(third)).toEqual(expect.arrayContaining([first.claim.token, second.claim.token]));
      expect(first.where).toContain('slot 0 of the group "heavy" on redis://');
      await first.release();
      await first.release();
      expect((await taken(third)).where).toContain('slot 0 ');
      expect(await openSlots(server, 1).holders()).toMatchObject([
        { asker: { ...ASKER, slots: 2 } },
        { asker: { ...ASKER, slots: 2 } },
      ]);
    });

    test('groups have nothing to do with each other', async () => {
      const { server } = await start();
      await taken(openSlots(server, 1));
      await taken(openSlots(server, 1, { group: 'light' }));
    });

    test('of 40 that wait for 3 never more than 3 have one, and nobody is passed by others again and again', async () => {
      const { server } = await start();
      const passed: number[] = [];
      let [inside, most, left, taken] = [0, 0, 200, 0];
      const worker = async () => {
        const slots = openSlots(server, 3);
        for (; left > 0; ) {
          left -= 1;
          const before = taken;
          const slot = await waited(slots);
          passed.push(taken - before);
          taken += 1;
          inside += 1;
          most = Math.max(most, inside);
          await delay(5);
          inside -= 1;
          expect(slot.claim.lost.aborted).toBe(false);
          await slot.release();
        }
      };
      await Promise.all(Array.from({ length: 40 }, worker));
      expect(passed).toHaveLength(200);
      expect(most).toBe(3);
      // Who comes last finds 39 before it. What is taken while its question is on its way counts too.
      expect(Math.max(...passed)).toBeLessThan(39 + 6);
    });

    test('a release wakes as many as there are free slots, in the order in which they came', async () => {
      const { redis, server } = await start();
      const slot = await taken(openSlots(server, 1));
      const queue = [openSlots(server, 1), openSlots(server, 1), openSlots(server, 1)];
      for (const slots of queue) await queued(slots);
      const watches = queue.map((slots) => slots.watch());
      while (redis.ask('PUBSUB', 'CHANNELS').split('\n').length < queue.length) await delay(10);
      // The first change is that they listen now: that has been read by then.
      await delay(100);
      for (const watch of watches) await watch.next(never, 5000);
      const since = stopwatch();
      const woken: number[] = [];
      const all = watches.map(async (watch, index) => {
        await watch.next(never, 5000);
        // Who was told of nothing polls, after 200 ms at the earliest.
        if (since() < 190) woken.push(index);
        await watch[Symbol.asyncDispose]();
      });
      await slot.release();
      await Promise.all(all);
      expect(woken).toEqual([0]);
      for (const slots of queue.slice(1)) await queued(slots);
      await taken(queue[0] as RedisSlots);
    });

    test('who has left the queue, or does not ask any more, is not waited for', async () => {
      const { server } = await start();
      const slot = await taken(openSlots(server, 1));
      const [leaves, dies, stays] = [
        openSlots(server, 1),
        openSlots(server, 1, { ticketMs: 300 }),
        openSlots(server, 1),
      ];
      for (const slots of [leaves, dies, stays]) await queued(slots);
      await slot.release();
      await leaves[Symbol.asyncDispose]();
      await queued(stays);
      await delay(350);
      await taken(stays);
    });

    test('a slot that is not renewed is free after its lease', async () => {
      const { redis, server } = await start();
      const slot = await taken(openSlots(server, 1, { leaseMs: 600 }));
      const other = openSlots(server, 1, { leaseMs: 600 });
      await delay(900);
      await queued(other);
      // Its renewals do not come through any more.
      redis.ask('ACL', 'SETUSER', 'other', 'on', '>p', '~*', '&*', '+@all');
      redis.ask('ACL', 'SETUSER', 'default', '-eval');
      await new Promise((resolve) => slot.claim.lost.addEventListener('abort', resolve));
      redis.ask('--user', 'other', '--pass', 'p', '--no-auth-warning', 'ACL', 'SETUSER', 'default', '+eval');
      await (await waited(other)).release();
    });

    test('a server that forgot: holders put their slots back, and nobody else comes in for a lease', async () => {
      const { redis, server } = await start();
      const [first, second] = [await taken(openSlots(server, 2)), await taken(openSlots(server, 2))];
      await first.release();
      await redis.stop();
      await redis.begin();
      const since = stopwatch();
      const third = await waited(openSlots(server, 2));
      expect(since()).toBeGreaterThan(1400);
      expect(third.where).toContain('slot 0 ');
      expect(second.claim.lost.aborted).toBe(false);
      await queued(openSlots(server, 2));
      await third.release();
    });

    test('a slot whose answer is lost is known again', async () => {
      const { redis } = await start();
      const proxy = await TcpProxy.to(redis.port);
      const server = openServer(proxy.url);
      const slots = openSlots(server, 1);
      expect(await slots.holders()).toEqual([]);
      let losses = 0;
      proxy.losesAnswer = (piece) => piece.includes('"token"') && losses++ === 0;
      await taken(slots);
      expect(losses).toBeGreaterThan(1);
      expect(await slots.holders()).toHaveLength(1);
    });
  });
}
