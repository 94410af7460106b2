import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { deadlineIn, stopwatch } from '../../../src/base/wait.ts';
import { type Claim, isClaim } from '../../../src/lock/engine.ts';
import { PoolTrouble } from '../../../src/lock/redis/trouble.ts';
import { needsRedis, redisPrograms, TestRedis } from '../../harness/servers/redis.ts';
import { TcpProxy } from '../../harness/servers/tcp-proxy.ts';
import { ASKER } from '../../lock/asker.ts';
import { ID, openEngine } from '../../lock/redis/an-engine.ts';
import { faults } from '../../lock/redis/faults.ts';

const LEASE = 1500;
const STORM_MS = 15_000;

if (redisPrograms.length === 0) test.skip(`faults of a server${needsRedis}`, () => {});
// The first one has its turn in test/lock/redis. 20 s for each.
for (const program of redisPrograms.slice(1)) faults(program);

// 17 s each.
for (const program of redisPrograms) {
  test(`${program.name}: twelve contend while the server is stopped, emptied and restarted, and connections are cut: never two hold, and it goes on`, async () => {
    const server = await TestRedis.start(program);
    server.settle();
    const proxy = await TcpProxy.to(server.port);
    const holding = new Set<Claim>();
    const left = deadlineIn(STORM_MS);
    const tally = { held: 0, lost: 0, troubles: 0, restarts: 0, stops: 0, cuts: 0, longest: 0 };

    const contend = async () => {
      const engine = openEngine(proxy.url, { leaseMs: LEASE, commandMs: 400 });
      await using watch = engine.watch(ID);
      while (left.left() > 0) {
        try {
          const answer = (await engine.holder(ID)) ?? (await engine.claim(ID, ASKER));
          if (isClaim(answer)) await hold(answer);
          else await watch.next(AbortSignal.timeout(5000), 500);
        } catch (error) {
          if (!(error instanceof PoolTrouble)) throw error;
          tally.troubles += 1;
          await delay(50);
        }
      }
    };
    let since = stopwatch();
    const hold = async (claim: Claim) => {
      tally.longest = Math.max(tally.longest, since());
      since = stopwatch();
      expect([...holding].filter((other) => !other.lost.aborted)).toEqual([]);
      holding.add(claim);
      tally.held += 1;
      // Now and then for longer than a lease, so that it is renewed through all that happens.
      await delay(Math.random() < 0.4 ? 2 * LEASE : 60 * Math.random());
      if (claim.lost.aborted) tally.lost += 1;
      holding.delete(claim);
      await claim[Symbol.asyncDispose]();
    };
    const storm = async () => {
      while (left.left() > 0) {
        await delay(1500 * Math.random());
        const dice = Math.random();
        if (dice < 0.15) {
          tally.restarts += 1;
          await server.stop();
          await delay(300 * Math.random());
          await server.begin();
        } else if (dice < 0.4) {
          tally.stops += 1;
          server.signal('SIGSTOP');
          await delay((dice < 0.25 ? 2 : 0.5) * LEASE * Math.random());
          server.signal('SIGCONT');
        } else {
          tally.cuts += 1;
          proxy.cut();
        }
      }
    };
    await Promise.all([storm(), ...Array.from({ length: 12 }, contend)]);
    console.log(`${program.name}: ${JSON.stringify(tally)}`);
    expect(tally.held).toBeGreaterThan(5);
    // Two leases that end, the grace of a restart, and what a busy machine adds.
    expect(tally.longest).toBeLessThan(10 * LEASE);
  });
}
