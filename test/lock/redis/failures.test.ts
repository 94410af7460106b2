import { describe, expect, test } from 'vitest';
import { newToken } from '../../../src/base/key.ts';
import { RedisFailures } from '../../../src/lock/redis/failures.ts';
import { failuresKey } from '../../../src/lock/redis/keys.ts';
import { needsRedis, redisPrograms, TestRedis } from '../../harness/servers/redis.ts';
import { ID, openServer } from './an-engine.ts';

if (redisPrograms.length === 0) test.skip(`failures on Redis${needsRedis}`, () => {});

for (const program of redisPrograms) {
  describe(`${program.name}: failures of a pool`, () => {
    const start = async () => {
      const redis = await TestRedis.start(program);
      return { redis, failures: new RedisFailures(openServer(redis.url)) };
    };

    test('are read by those who do not know them, and expire', async () => {
      const { redis, failures } = await start();
      expect(await failures.names(ID)).toEqual([]);
      const [one, two] = [newToken(), newToken()];
      await failures.leave(ID, one, 'é "1"');
      await failures.leave(ID, two, '2');
      expect([...(await failures.names(ID))].sort()).toEqual([one, two].sort());
      expect(await failures.read(ID, [two])).toEqual(new Map([[one, 'é "1"']]));
      expect(await failures.read('other', [])).toEqual(new Map());
      expect(Number(redis.ask('PTTL', failuresKey(ID)))).toBeGreaterThan(86_000_000);
    });

    test('what others put there is passed over: names that are none, and what is too long', async () => {
      const { redis, failures } = await start();
      const token = newToken();
      await failures.leave(ID, token, 'short');
      redis.ask('HSET', failuresKey(ID), '../../../etc', 'x', 'ABCDEFABCDEF', 'x', newToken(), 'x'.repeat(65_537));
      expect(await failures.read(ID, [])).toEqual(new Map([[token, 'short']]));
    });

    test('of very many some are kept, and an answer has an end', async () => {
      const { redis, failures } = await start();
      const many = Array.from({ length: 1500 }, () => [newToken(), 'x'.repeat(2000)]).flat();
      for (let at = 0; at < many.length; at += 100) redis.ask('HSET', failuresKey(ID), ...many.slice(at, at + 100));
      await failures.leave(ID, newToken(), 'one more');
      expect(redis.ask('HLEN', failuresKey(ID))).toBe('1500');
      expect(await failures.names(ID)).toHaveLength(1000);
      expect((await failures.read(ID, [])).size).toBe(500);
    });
  });
}
