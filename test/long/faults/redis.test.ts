import { test } from 'vitest';
import { needsRedis, redisPrograms } from '../../harness/servers/redis.ts';
import { faults } from '../../lock/redis/faults.ts';

// The first one has its turn in test/lock/redis. 20 s for each.
const others = redisPrograms.slice(1);
if (others.length === 0)
  test.skip(`faults of another server${needsRedis || ' (skipped: only Redis is here)'}`, () => {});
for (const program of others) faults(program);
