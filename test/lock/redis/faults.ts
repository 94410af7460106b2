import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deadlineIn, stopwatch } from '../../../src/base/wait.ts';
import { type Claim, isClaim } from '../../../src/lock/engine.ts';
import { GRACE } from '../../../src/lock/pool-engine.ts';
import type { RedisEngine } from '../../../src/lock/redis/engine.ts';
import { lockKeys } from '../../../src/lock/redis/keys.ts';
import { POOL_PROGRAM } from '../../harness/job/asked-process.ts';
import { startLockProcess } from '../../harness/lock/client.ts';
import { freePort, type RedisProgram, TestRedis } from '../../harness/servers/redis.ts';
import { TcpProxy } from '../../harness/servers/tcp-proxy.ts';
import { ASKER } from '../asker.ts';
import { type EngineOptions, ID, openEngine } from './an-engine.ts';

const LEASE = 1500;
const never = new AbortController().signal;
const { lock } = lockKeys(ID);

/** A holder, as far as it knows. */
class Believer {
  readonly claim: Claim;
  #released = false;

  constructor(claim: Claim) {
    this.claim = claim;
    onTestFinished(() => this.release().catch(() => {}));
  }

  get believes(): boolean {
    return !this.#released && !this.claim.lost.aborted;
  }

  /** It believes no more as soon as it begins to give the lock back. */
  async release(): Promise<void> {
    this.#released = true;
    await this.claim[Symbol.asyncDispose]();
  }
}

async function take(engine: RedisEngine): Promise<Believer> {
  const answer = await engine.claim(ID, ASKER);
  if (!isClaim(answer)) throw new Error(`held by ${answer.token}`);
  return new Believer(answer);
}

/** Waits for the lock as a step does, and fails if `holder` still believes to have it then. */
async function next(
  engine: RedisEngine,
  holder?: Believer,
): Promise<{ readonly claim: Claim; readonly afterMs: number }> {
  const [since, limit] = [stopwatch(), deadlineIn(30_000)];
  await using watch = engine.watch(ID);
  while (limit.left() > 0) {
    const answer = (await engine.holder(ID)) ?? (await engine.claim(ID, ASKER));
    if (isClaim(answer)) {
      expect(holder?.believes ?? false, 'two have it').toBe(false);
      return { claim: new Believer(answer).claim, afterMs: since() };
    }
    await watch.next(never, 200);
  }
  throw new Error('it never came in');
}

/** What a pool bears of one server program. */
export function faults(program: RedisProgram): void {
  const start = async (...args: string[]) => {
    const server = await TestRedis.start(program, ...args);
    server.settle();
    return server;
  };
  const open = (url: string, options: EngineOptions = {}) =>
    openEngine(url, { leaseMs: LEASE, commandMs: 500, ...options });

  describe(`${program.name}:`, () => {
    test('connections that are killed cost nobody anything', async () => {
      const server = await start();
      const [engine, other] = [open(server.url), open(server.url)];
      const holder = await take(engine);
      const waiting = next(other, holder);
      for (let round = 0; round < 4; round++) {
        await delay(LEASE / 3);
        server.ask('CLIENT', 'KILL', 'TYPE', 'normal');
        server.ask('CLIENT', 'KILL', 'TYPE', 'pubsub');
        expect(server.ask('GET', lock)).toBe(holder.claim.token);
      }
      expect(await holder.claim.confirm()).toBe(true);
      await holder.release();
      await waiting;
    });

    test('a restart with all data leaves the holder its lock, and lets nobody else begin for a lease', async () => {
      const server = await start('--appendonly', 'yes', '--appendfsync', 'always');
      const lines: string[] = [];
      const [engine, other] = [open(server.url), open(server.url, { onLine: (line) => lines.push(line) })];
      const holder = await take(engine);
      await server.shutDown();
      await server.begin();
      expect(await other.claim(ID, ASKER)).toMatchObject({ token: holder.claim.token });
      await holder.release();
      expect(await other.claim(ID, ASKER)).toMatchObject({ token: GRACE });
      expect(lines.join()).toMatch(
        /was restarted or replaced, and may have forgotten who builds: nobody else begins for/,
      );
      expect((await next(other)).afterMs).toBeLessThan(LEASE + 500);
    });

    test('a restart without data: the holder puts its lock back, and nobody else comes in', async () => {
      const server = await start();
      const [engine, other] = [open(server.url), open(server.url)];
      const holder = await take(engine);
      await other.holder(ID);
      await server.stop();
      await server.begin();
      expect(server.ask('EXISTS', lock)).toBe('0');
      const waiting = next(other, holder);
      await delay(2 * LEASE);
      expect(server.ask('GET', lock)).toBe(holder.claim.token);
      expect(holder.claim.lost.aborted).toBe(false);
      expect(await other.holder(ID)).toMatchObject({ asker: ASKER });
      await holder.release();
      await waiting;
    });

    test('a restart without data, and the holder is dead: the next one comes in after one lease, not before', async () => {
      const server = await start();
      const process = startLockProcess({ root: server.url, program: POOL_PROGRAM, leaseMs: LEASE });
      await process.hold(ID);
      await process.kill();
      await server.stop();
      await server.begin();
      const { afterMs } = await next(open(server.url));
      expect(afterMs).toBeGreaterThan(LEASE - 50);
      expect(afterMs).toBeLessThan(LEASE + 1000);
    });

    test.each([
      ['is stopped', (server: TestRedis, ms: number) => server.pause(ms)],
      ['sleeps', (server: TestRedis, ms: number) => server.sleep(ms)],
    ])('a server that %s for less than a lease robs nobody', async (_what, still) => {
      const server = await start();
      const [engine, other] = [open(server.url), open(server.url)];
      const holder = await take(engine);
      await other.holder(ID);
      still(server, LEASE * 0.6);
      await delay(50);
      const since = stopwatch();
      // The waiter bears it too: it has patience with a server that has answered before.
      expect(await other.claim(ID, ASKER)).toMatchObject({ token: holder.claim.token });
      expect(since()).toBeGreaterThan(LEASE * 0.4);
      expect(await holder.claim.confirm()).toBe(true);
      expect(holder.claim.lost.aborted).toBe(false);
    });

    test('one that stands still for longer: the holder gives up first, the next one comes in, nothing hangs', async () => {
      const server = await start();
      const [engine, other] = [open(server.url), open(server.url)];
      const holder = await take(engine);
      await other.holder(ID);
      const since = stopwatch();
      const lost = new Promise<number>((resolve) =>
        holder.claim.lost.addEventListener('abort', () => resolve(since())),
      );
      server.signal('SIGSTOP');
      onTestFinished(() => server.signal('SIGCONT'));
      const waiting = other.claim(ID, ASKER).catch((error: unknown) => error);
      expect(await lost).toBeLessThan(2 * LEASE);
      expect(await holder.claim.confirm()).toBe(false);
      await expect(holder.claim[Symbol.asyncDispose]()).rejects.toMatchObject({ kind: 'silent' });
      expect(await waiting).toMatchObject({ kind: 'silent' });
      server.signal('SIGCONT');
      await next(other, holder);
    });

    test('a replica that never saw the lock becomes the primary: nobody else comes in, and the holder goes on', async () => {
      const primary = await TestRedis.start(program, '--repl-diskless-sync-delay', '0');
      const replica = await TestRedis.start(program, '--replicaof', '127.0.0.1', `${primary.port}`);
      while (!replica.ask('INFO', 'replication').includes('master_link_status:up')) await delay(20);
      // A server takes a new id when its first replica comes.
      primary.settle();
      while (replica.ask('GET', 'build-once:v1:epoch') === '') await delay(20);
      replica.ask('REPLICAOF', '127.0.0.1', `${await freePort()}`);
      const proxy = await TcpProxy.to(primary.port);
      const [engine, other] = [open(proxy.url), open(proxy.url)];
      const holder = await take(engine);
      await other.holder(ID);
      replica.ask('REPLICAOF', 'NO', 'ONE');
      proxy.target = replica.port;
      await primary.stop();
      proxy.cut();
      const rival = next(other, holder);
      await delay(1.5 * LEASE);
      expect(holder.claim.lost.aborted).toBe(false);
      expect(replica.ask('GET', lock)).toBe(holder.claim.token);
      await holder.release();
      await rival;
    });

    test('a holder that is stopped for longer than its lease is robbed, and knows it when it wakes', async () => {
      const server = await start();
      const process = startLockProcess({ root: server.url, program: POOL_PROGRAM, leaseMs: LEASE });
      const token = await process.hold(ID);
      process.process.kill('SIGSTOP');
      const { claim } = await next(open(server.url));
      expect(claim.token).not.toBe(token);
      // Even where the server may have forgotten, and a holder's renewal would bring its lock back.
      server.ask('DEL', 'build-once:v1:epoch', lock);
      process.process.kill('SIGCONT');
      expect(await process.ask('confirm')).toBe(false);
      expect(await process.ask('lost')).toBe(true);
      expect(await claim.confirm()).toBe(true);
      expect(server.ask('GET', lock)).toBe(claim.token);
    });

    test('a server whose memory is full keeps the locks that it has, and lets go of them', async () => {
      const server = await start();
      const [engine, other] = [open(server.url), open(server.url)];
      const holder = await take(engine);
      server.ask('CONFIG', 'SET', 'maxmemory', '1');
      await delay(1.2 * LEASE);
      expect(await holder.claim.confirm()).toBe(true);
      await holder.release();
      expect(server.ask('EXISTS', lock)).toBe('0');
      await expect(other.claim(ID, ASKER)).rejects.toMatchObject({ kind: 'out-of-memory' });
    });

    test('what may make two build is told once: no INFO, and a server that throws keys away', async () => {
      const server = await start('--user', 'ci', 'on', '>p', '~*', '&*', '+@all', '-info');
      const lines: string[] = [];
      const blind = open(`redis://ci:p@127.0.0.1:${server.port}`, { onLine: (line) => lines.push(line) });
      const holder = await take(blind);
      await blind.holder(ID);
      await holder.release();
      expect(lines).toEqual([expect.stringContaining('does not allow INFO')]);
      server.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
      const told: string[] = [];
      const engine = open(server.url, { onLine: (line) => told.push(line) });
      for (let round = 0; round < 2; round++) await (await take(engine)).release();
      expect(told).toEqual([
        expect.stringMatching(/may throw locks away .*\(maxmemory-policy allkeys-lru\): then two may/),
      ]);
    });
  });
}
