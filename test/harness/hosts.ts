import { type Job, type JobOptions, ledger, startJob, tempDir } from './job/job.ts';
import { CacheServer } from './servers/cache-server.ts';
import { type Place, redisPrograms, TestRedis } from './servers/redis.ts';

/** Hosts that share no disk, but a Redis server and the Actions cache. */
export class Hosts {
  readonly cache: CacheServer;
  readonly redis: TestRedis;
  readonly builds = ledger();

  private constructor(cache: CacheServer, redis: TestRedis) {
    this.cache = cache;
    this.redis = redis;
  }

  static async start(): Promise<Hosts> {
    return Hosts.around(await new CacheServer().listen());
  }

  /** @param place of the Redis server; by default this host */
  static async around(cache: CacheServer, place?: Place): Promise<Hosts> {
    const [program] = redisPrograms;
    if (program === undefined) throw new Error('There is no Redis here.');
    const redis = await TestRedis.start({ ...program, ...(place && { place }) });
    redis.settle();
    return new Hosts(cache, redis);
  }

  /** The root of one more host. */
  newHost(): string {
    return tempDir();
  }

  /** A job of a host: it builds `sdk`, and notes that it does. */
  options(root: string, more: Record<string, string> = {}, env: Record<string, string> = {}): JobOptions {
    const inputs = {
      key: 'sdk',
      run: `${this.builds.note}\necho "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/made"`,
      relocatable: 'true',
      remote: 'actions-cache',
      pool: this.redis.url,
      'pool-lease': '5s',
      'on-pool-error': 'fail',
    };
    return { root, inputs: { ...inputs, ...more }, env: { ...this.cache.env('v2'), ...env } };
  }

  start = startJob;

  job(root: string, more: Record<string, string> = {}, env: Record<string, string> = {}): Job {
    return startJob(this.options(root, more, env));
  }

  /** The locks and records of holders that the server has; empty once all have given back what they had. */
  get held(): string[] {
    return this.redis
      .ask('KEYS', 'build-once:v1:*')
      .split('\n')
      .filter((key) => /:(?:lock|holder:\w+)$/.test(key));
  }
}

/** The job's result and where its build came from. */
export function resultOf(job: Job): string {
  return `${job.outputs.result} ${job.outputs.source}`;
}

/** Warnings of a job's log. */
export function warningsOf({ log }: Job): string[] {
  return [...log.matchAll(/^::warning::(.*)$/gm)].map(([, text]) => text ?? '');
}
