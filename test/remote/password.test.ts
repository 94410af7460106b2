import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Hosts, resultOf, warningsOf } from '../harness/hosts.ts';
import { needsRedis } from '../harness/servers/redis.ts';

const SECRET = 'hunter2hunter2';

/** Every file below a folder whose content or name has the text in it. */
function filesWith(text: string, root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(root, name);
    return name.includes(text) || (statSync(path).isFile() && readFileSync(path).includes(text));
  });
}

describe.skipIf(needsRedis !== '')(`the password of a pool${needsRedis}`, () => {
  test.each([
    ['right', SECRET],
    ['wrong', 'another'],
  ])(
    'is in no log, no file and no key, and no build sees it, also where packages are told to log: %s',
    async (_what, there) => {
      const hosts = await Hosts.start();
      hosts.redis.ask('ACL', 'SETUSER', 'ci', 'on', `>${there}`, '~*', '&*', '+@all');
      const root = hosts.newHost();
      const job = hosts.job(
        root,
        {
          pool: `redis://ci@127.0.0.1:${hosts.redis.port}`,
          'pool-password': SECRET,
          'on-pool-error': 'local',
          run: 'env > "$BUILD_ONCE_OUT/env"',
        },
        { DEBUG: '*', NODE_DEBUG: 'net', RUNNER_DEBUG: '1' },
      );
      expect((await job.ended).code, job.log).toBe(0);
      expect(resultOf(job)).toBe('built build');
      expect(warningsOf(job).join().includes('(WRONGPASS)')).toBe(there !== SECRET);
      expect(job.log.replaceAll(`::add-mask::${SECRET}`, '')).not.toContain(SECRET);
      expect(filesWith(SECRET, root)).toEqual([]);
      const keys = hosts.redis.ask('KEYS', '*').split('\n');
      expect(keys.join()).not.toContain(SECRET);
    },
  );
});
