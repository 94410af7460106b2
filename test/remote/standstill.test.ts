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

// Every kind of request, in every way, is in test/long. At one time: what is tested is mostly waiting.

test('a slow server is waited for while it moves, and not where it stands still or as good as that', async () => {
  const [asked] = stands(['v2'], { 'never answers': neverAnswers });
  if (asked === undefined) throw new Error('There is no kind of request.');
  await Promise.all([expectPatience('v2'), expectEnd(asked), expectEndOfTrickle()]);
});

/** More than one piece of 64 kB comes through, and less than what counts as moving. */
async function expectEndOfTrickle(): Promise<void> {
  const { server, builds, call } = await pool('v2', MANY_BYTES);
  server.pace = () => delay(PATIENCE.ms / 2);
  const slow = call();
  expect(await resultOf(slow)).toBe('built build');
  const moved = /(nothing|only \d+ k?B) moved for 3 s while it was sent to 127/;
  expect(slow.warnings).toEqual([expect.stringMatching(moved)]);
  expect(server.saved).toEqual([]);
  expect(builds.lines()).toHaveLength(1);
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
