import { describe, expect, onTestFinished, test } from 'vitest';
import { isClaim } from '../../../src/lock/engine.ts';
import { RedisInspector } from '../../../src/lock/redis/inspector.ts';
import { isSlot } from '../../../src/lock/slots.ts';
import { needsRedis, redisPrograms, TestRedis } from '../../harness/servers/redis.ts';
import { ASKER } from '../asker.ts';
import { ID, openEngine, openServer, openSlots } from './an-engine.ts';

const never = new AbortController().signal;

if (redisPrograms.length === 0) test.skip(`who has the locks on Redis${needsRedis}`, () => {});

for (const program of redisPrograms) {
  const start = async () => {
    const redis = await TestRedis.start(program);
    redis.settle();
    return { redis, inspector: new RedisInspector(openServer(redis.url)) };
  };

  describe(`${program.name}: the locks of a pool for a person`, () => {
    test('holders, slots and those who wait are told, each for as long as it is there', async () => {
      const { redis, inspector } = await start();
      const engine = openEngine(redis.url, { leaseMs: 60_000, origin: 'a' });
      const claim = await engine.claim(ID, ASKER);
      if (!isClaim(claim)) throw new Error('held by another');
      const server = openServer(redis.url);
      const slots = [1, 2].map(() => openSlots(server, 1, { leaseMs: 60_000, origin: 'b', ticketMs: 60_000 }));
      const [slot] = await Promise.all(slots.map((each) => each.take(ASKER)));
      if (slot === undefined || !isSlot(slot)) throw new Error('busy');
      const found = await inspector.all(never);
      expect([...found.keys]).toEqual([
        [ID, expect.objectContaining({ token: claim.token, asker: ASKER, origin: 'a' })],
      ]);
      expect([...found.slots]).toEqual([
        ['heavy/0', expect.objectContaining({ token: slot.claim.token, asker: { ...ASKER, slots: 1 }, origin: 'b' })],
      ]);
      for (const { leftMs = 0, heldMs = -1 } of [...found.keys.values(), ...found.slots.values()]) {
        expect(leftMs).toBeGreaterThan(30_000);
        expect(leftMs).toBeLessThanOrEqual(60_000);
        expect(heldMs).toBeGreaterThanOrEqual(0);
        expect(heldMs).toBeLessThan(30_000);
      }
      expect([...found.waiting]).toEqual([['heavy', 1]]);
      await slots[1]?.[Symbol.asyncDispose]();
      await slot.release();
      await claim[Symbol.asyncDispose]();
      const empty = new Map();
      expect(await inspector.all(never)).toEqual({ keys: empty, slots: empty, waiting: empty, isPart: false });
    });

    test('a lock is taken from the holder that is named, and never from a newer one', async () => {
      const { redis, inspector } = await start();
      const engine = openEngine(redis.url);
      onTestFinished(() => engine[Symbol.asyncDispose]());
      const first = await engine.claim(ID, ASKER);
      if (!isClaim(first)) throw new Error('held by another');
      expect(await inspector.rob(ID, 'ffffffffffff')).toBe(false);
      expect(await first.confirm()).toBe(true);
      expect(await inspector.rob(ID, first.token)).toBe(true);
      expect(await inspector.inspect(ID)).toBeUndefined();
      const second = await engine.claim(ID, ASKER);
      if (!isClaim(second)) throw new Error('held by another');
      expect(await inspector.rob(ID, first.token)).toBe(false);
      expect([await first.confirm(), first.lost.aborted, await second.confirm()]).toEqual([false, true, true]);
      expect(await inspector.inspect(ID)).toMatchObject({ token: second.token });
      await second[Symbol.asyncDispose]();
    });

    test('of more locks than anybody has, some are told, and that there are more', async () => {
      const { redis, inspector } = await start();
      const script =
        "for i = 1, 12000 do redis.call('SET', string.format('build-once:v1:{k-%020x}:lock', i), '0123456789ab') end";
      redis.ask('EVAL', script, '0');
      const { keys, isPart } = await inspector.all(never);
      expect(isPart).toBe(true);
      expect(keys.size).toBeGreaterThanOrEqual(10_000);
      expect(keys.size).toBeLessThan(12_000);
    });
  });
}
