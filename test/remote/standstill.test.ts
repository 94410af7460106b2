import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openRedisPool } from '../../src/remote/pool/redis-pool.ts';
import { tempDir } from '../harness/job/job.ts';
import { needsRedis, redisPrograms, TestRedis } from '../harness/servers/redis.ts';
import {
  expectEnd,
  expectPatience,
  MANY_BYTES,
  neverAnswers,
  PATIENCE,
  pool,
  resultOf,
  stands,
} from './standing-still.ts';

// Much at one time: what is tested is mostly waiting.

test('a server that does not answer one of the requests ends the transfer, and costs one warning', async () => {
  await Promise.all(stands(['v2'], { 'never answers': neverAnswers }).map(expectEnd));
});

test('a slow server is waited for while it moves, and not where it as good as stands still', async () => {
  await Promise.all([expectPatience('v2'), expectEndOf('sent to'), expectEndOf('fetched from')]);
});

async function expectEndOf(what: 'sent to' | 'fetched from'): Promise<void> {
  const { server, builds, call } = await pool('v2', MANY_BYTES);
  if (what === 'fetched from') expect(await resultOf(call()), what).toBe('built build');
  server.pace = () => delay(PATIENCE.ms / 2);
  const slow = call();
  expect(await resultOf(slow), what).toBe('built build');
  const moved = new RegExp(`(nothing|only \\d+ k?B) moved for 3 s while it was ${what} 127`);
  expect(slow.warnings, what).toEqual([expect.stringMatching(moved)]);
  server.pace = undefined;
  expect(await resultOf(call()), what).toBe(what === 'sent to' ? 'built build' : 'reused remote');
  expect(builds.lines(), what).toHaveLength(2);
}

test.skipIf(needsRedis !== '')(`what waits in the pool builds when an upload stands still${needsRedis}`, async () => {
  const { server, builds, call } = await pool('v2');
  const [program] = redisPrograms;
  if (program === undefined) throw new Error('There is no Redis here.');
  const redis = await TestRedis.start(program);
  redis.settle();
  const openPool = (place: Parameters<typeof openRedisPool>[1]) =>
    openRedisPool({ address: redis.url, password: undefined, leaseMs: 5000 }, place);
  const asked = Promise.withResolvers<void>();
  server.hook = ({ url = '' }) => {
    if (!/CreateCacheEntry/.test(url)) return false;
    asked.resolve();
    return true;
  };
  const here = tempDir();
  const stopped = call({ openPool, root: here });
  await asked.promise;
  const waiting = call({ openPool });
  await waiting.said('for the pool');
  const sameHost = call({ openPool, root: here });
  expect(await resultOf(sameHost)).toBe('reused disk');
  server.hook = () => false;
  expect(await resultOf(stopped)).toBe('built build');
  expect(stopped.warnings).toEqual([expect.stringContaining('nothing moved for 3 s while it was sent to')]);
  expect(await resultOf(waiting)).toBe('built build');
  expect(waiting.warnings).toEqual([]);
  expect(await resultOf(call({ openPool }))).toBe('reused remote');
  expect(builds.lines()).toHaveLength(2);
});
