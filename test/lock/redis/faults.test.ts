import { test } from 'vitest';
import { needsRedis, redisPrograms } from '../../harness/servers/redis.ts';
import { faults } from './faults.ts';

// The others have their turn in test/long.
const [program] = redisPrograms;
if (program === undefined) test.skip(`faults of a server${needsRedis}`, () => {});
else faults(program);
