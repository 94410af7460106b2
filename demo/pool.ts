import { spawnSync } from 'node:child_process';
import { CacheService } from './cache-service.ts';
import { BadOption } from './options.ts';
import { redisProgram, startRedis } from './redis.ts';

/** What connects hosts that share no disk. */
export interface Pool {
  /** For the environment of each job. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** How many hosts the demo has. */
export const HOSTS = 4;

/**
 * Starts what a pool needs.
 * @param dir a folder for the server
 * @throws BadOption if this machine has no server, or not what carries builds
 */
export async function startPool(dir: string): Promise<Pool> {
  const program = redisProgram();
  if (program === undefined) {
    throw new BadOption(
      '--pool needs a Redis: install redis-server or valkey-server (apt install redis-server, brew install redis)',
    );
  }
  for (const name of ['tar', 'zstd']) {
    if (spawnSync(name, ['--version']).status === 0) continue;
    throw new BadOption(`--pool needs ${name}, which packs what is carried: install it (apt install ${name})`);
  }
  const redis = await startRedis(program, dir);
  const cache = await new CacheService().listen();
  return {
    env: {
      ...cache.env,
      INPUT_POOL: redis.url,
      INPUT_REMOTE: 'actions-cache',
      // Only such builds are carried, and none of nothing.
      INPUT_RELOCATABLE: 'true',
      'INPUT_ALLOW-EMPTY': 'false',
    },
    async stop() {
      cache.close();
      await redis.stop();
    },
  };
}
