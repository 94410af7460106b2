import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { lockKeys } from '../../../src/lock/redis/keys.ts';
import { RELEASE, RENEW } from '../../../src/lock/redis/scripts.ts';
import { POOL_PROGRAM } from '../../harness/job/asked-process.ts';
import { startLockProcess } from '../../harness/lock/client.ts';
import { needsRedis, needsValkey, redisPrograms, TestRedis } from '../../harness/servers/redis.ts';
import { TcpProxy } from '../../harness/servers/tcp-proxy.ts';
import { ASKER } from '../asker.ts';
import { held, lockContract } from '../contract.ts';
import { ID, openEngine, openServer } from './an-engine.ts';

const never = new AbortController().signal;
const { lock, holder, gone, channel } = lockKeys(ID);
const keys = [lock, holder, gone, channel];

if (redisPrograms.length === 0) test.skip(`the lock on Redis${needsRedis}`, () => {});
if (needsValkey !== '') test.skip(`the lock on Valkey${needsValkey}`, () => {});

for (const program of redisPrograms) {
  describe(`${program.name}:`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'build-once-redis-'));
    let server: TestRedis;
    beforeAll(async () => {
      server = await TestRedis.startIn(dir, program);
    });
    beforeEach(() => server.settle());
    afterAll(async () => {
      await server.stop();
      rmSync(dir, { recursive: true });
    });

    lockContract('Redis engine', async () => ({
      open: () => openEngine(server.url),
      rob: async (id, token) => {
        expect(await openEngine(server.url).remove(id, token)).toBe(true);
      },
    }));

    test('a claim leaves what expires, a release what expires too, and nothing of the lock', async () => {
      const claim = await held(openEngine(server.url, { leaseMs: 20_000 }), ID);
      const names = server.ask('KEYS', 'build-once:*').split('\n').sort();
      expect(names).toEqual(['build-once:v1:epoch', `${holder}${claim.token}`, lock]);
      for (const name of names.slice(1)) expect(Number(server.ask('PTTL', name))).toBeGreaterThan(15_000);
      await claim[Symbol.asyncDispose]();
      const left = server.ask('KEYS', 'build-once:*').split('\n').sort();
      expect(left).toEqual(['build-once:v1:epoch', `${gone}${claim.token}`]);
      expect(Number(server.ask('PTTL', `${gone}${claim.token}`))).toBeGreaterThan(1);
    });

    test('a held lock is renewed for as long as it is held, and tells since when', async () => {
      const claim = await held(openEngine(server.url, { leaseMs: 600 }), ID);
      await new Promise((resolve) => setTimeout(resolve, 1300));
      const found = await openEngine(server.url, { leaseMs: 600 }).holder(ID);
      expect(found).toMatchObject({ token: claim.token, asker: ASKER });
      expect(found?.heldMs).toBeGreaterThanOrEqual(1250);
      expect(found?.silentMs).toBeLessThan(600);
      expect(claim.lost.aborted).toBe(false);
    });

    test('a holder that is not renewed is gone after its lease', async () => {
      const engine = openEngine(server.url, { leaseMs: 600 });
      const process = startLockProcess({ root: server.url, program: POOL_PROGRAM, leaseMs: 600 });
      const token = await process.hold(ID);
      await process.kill();
      const since = stopwatch();
      await using watch = engine.watch(ID);
      while ((await engine.holder(ID)) !== undefined) await watch.next(never, 100);
      expect(since()).toBeLessThan(5000);
      expect(await engine.alive(ID, token)).toBe(false);
    });

    test('a claim whose answer is lost is made again by the same token', async () => {
      const proxy = await TcpProxy.to(server.port);
      const engine = openEngine(proxy.url);
      await engine.holder(ID);
      const losses: string[] = [];
      proxy.losesAnswer = (piece) => {
        const [, token] = /"token":"([0-9a-f]{12})"/.exec(piece.toString()) ?? [];
        if (token === undefined || losses.length > 0) return false;
        losses.push(token);
        return true;
      };
      const claim = await held(engine, ID);
      expect([claim.token]).toEqual(losses);
      expect(server.ask('GET', lock)).toBe(claim.token);
    });

    test('a renewal that gets lost is made again while the lease lasts', async () => {
      const proxy = await TcpProxy.to(server.port);
      const claim = await held(openEngine(proxy.url, { commandMs: 3000 }), ID);
      let lost = 0;
      proxy.swallows = (piece) => piece.includes(claim.token) && lost++ === 0;
      await new Promise((resolve) => setTimeout(resolve, 1700));
      expect(lost).toBeGreaterThan(1);
      expect(claim.lost.aborted).toBe(false);
      expect(server.ask('GET', lock)).toBe(claim.token);
    });

    test('what comes after a release never makes the lock again', async () => {
      const other = openServer(server.url);
      const { token } = await held(openEngine(server.url), ID);
      await other.run(RELEASE, keys, [token, 20_000, '', 60_000]);
      // As if the server had forgotten all but the release: there a holder's renewal brings its lock back.
      server.ask('DEL', 'build-once:v1:epoch');
      expect((await other.run(RENEW, keys, [token, 20_000, '{}', 0])).value).toBe(0);
      expect(server.ask('EXISTS', lock)).toBe('0');
      expect((await other.run(RENEW, keys, ['0123456789ab', 20_000, '{}', 0])).value).toBe(1);
    });

    test('a renewal that names another token renews nothing', async () => {
      const other = openServer(server.url);
      const { token } = await held(openEngine(server.url, { leaseMs: 20_000 }), ID);
      expect((await other.run(RENEW, keys, ['0123456789ab', 90_000, '{}', 0])).value).toBe(0);
      expect(server.ask('GET', lock)).toBe(token);
      expect(Number(server.ask('PTTL', lock))).toBeLessThanOrEqual(20_000);
    });

    test('who waits is told of a release at once, and without the right to listen by polls', async () => {
      const engine = openEngine(server.url, { leaseMs: 20_000 });
      server.ask('ACL', 'SETUSER', 'deaf', 'on', '>p', '~*', 'resetchannels', '+@all');
      const deaf = openEngine(`redis://deaf:p@127.0.0.1:${server.port}`, { leaseMs: 20_000 });
      const claim = await held(engine, ID);
      await using watch = engine.watch(ID);
      await using deafWatch = deaf.watch(ID);
      // The first change is that it listens now. Then polls are 250 ms apart, and later 2 s.
      expect(await watch.next(never, 5000)).toBe(true);
      for (let poll = 0; poll < 4; poll++) expect(await watch.next(never, 5000)).toBe(false);
      const [woken, since] = [watch.next(never, 5000), stopwatch()];
      await claim[Symbol.asyncDispose]();
      expect(await woken).toBe(true);
      expect(since()).toBeLessThan(500);
      expect(await deafWatch.next(never, 5000)).toBe(false);
      expect(await deaf.holder(ID)).toBeUndefined();
    });

    test.each([
      ['no record', ''],
      ['no JSON', '1 {'],
      ['a record of another', `1 ${JSON.stringify({ token: '0123456789ab' })}`],
      ['much too long', `1 "${'x'.repeat(70_000)}"`],
    ])('a holder is believed to hold whatever its record is: %s', async (_what, record) => {
      const engine = openEngine(server.url);
      server.ask('SET', lock, 'abcdefabcdef', 'PX', '60000');
      server.ask('SET', `${holder}abcdefabcdef`, record);
      expect(await engine.claim(ID, ASKER)).toMatchObject({ token: 'abcdefabcdef', asker: undefined });
    });

    test('a lock that somebody else made without an end gets one', async () => {
      const engine = openEngine(server.url, { leaseMs: 400 });
      server.ask('SET', lock, 'somebody else');
      expect(await engine.holder(ID)).toMatchObject({ token: 'somebody else' });
      await using watch = engine.watch(ID);
      while ((await engine.holder(ID)) !== undefined) await watch.next(never, 100);
      await held(engine, ID);
    });

    test('a process that exits without a release ends its build first: its lease is over soon after', async () => {
      const process = startLockProcess({ root: server.url, program: POOL_PROGRAM, leaseMs: 60_000 });
      await process.hold(ID);
      expect(await process.ask('exit')).toBe('the build has ended');
      await process.ended;
      expect(server.ask('EXISTS', lock)).toBe('1');
    });

    test('what is open keeps no process alive, and an id of a host is told', async () => {
      const process = startLockProcess({ root: server.url, program: POOL_PROGRAM, leaseMs: 60_000 });
      await process.hold(ID);
      await process.ask('leave', ID);
      const late = new Promise<string>((resolve) => setTimeout(resolve, 4000, 'it is still there'));
      expect(await Promise.race([process.ended, late])).toBeUndefined();
      const engine = openEngine(server.url, { origin: 'host-1 /cache' });
      await held(engine, 'other');
      expect(await engine.holder('other')).toMatchObject({ origin: 'host-1 /cache' });
    });
  });
}
