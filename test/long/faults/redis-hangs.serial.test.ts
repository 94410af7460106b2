import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { LEASE_MS } from '../../../src/lock/redis/claim.ts';
import { places } from '../../harness/disks/places.ts';
import { Hosts, resultOf, warningsOf } from '../../harness/hosts.ts';
import { gate, type Job } from '../../harness/job/job.ts';
import { needsRedis, type TestRedis } from '../../harness/servers/redis.ts';

/** How a server hangs, for how long, in ms. */
type Hang = (server: TestRedis) => void;
const stopped =
  (ms: number): Hang =>
  (server) =>
    server.pause(ms);
const sleeping =
  (ms: number): Hang =>
  (server) =>
    server.sleep(ms);

const GOOD = { code: 0, signal: null };

/** A host that builds and one that waits for it, and a server of their own with the lease that pools have by default. */
async function pool(more: Record<string, string> = {}) {
  const hosts = await Hosts.start();
  const proof = places(1);
  const { wait, open } = gate();
  const run = [proof.enter, hosts.builds.note, wait, 'echo "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/made"'].join('\n');
  const job = (own: Record<string, string> = {}) => hosts.job(hosts.newHost(), { run, 'pool-lease': '', ...own });
  const holder = job(more);
  await holder.said('::group::Building');
  return { hosts, proof, open, job, holder };
}

/** Shorter than the lease: nobody notices but by waiting longer. */
async function shortHang(hang: Hang, ms: number): Promise<void> {
  const { hosts, proof, open, job, holder } = await pool();
  const waiter = job();
  await waiter.said('for the pool');
  hang(hosts.redis);
  await delay(ms);
  open();
  await expectGood([holder, waiter]);
  expect([resultOf(holder), resultOf(waiter)]).toEqual(['built build', 'waited remote']);
  expect([...warningsOf(holder), ...warningsOf(waiter)]).toEqual([]);
  expect(hosts.builds.lines()).toHaveLength(1);
  expect([proof.tooMany(), hosts.held]).toEqual([0, []]);
}

/**
 * Longer than the lease: who builds gives up before the server lets anybody else in, and each step does as `on-pool-error`
 * says, with one line.
 */
async function longHang(hang: Hang, ms: number): Promise<void> {
  const { hosts, open, job, holder } = await pool({ 'on-pool-error': 'local' });
  const failing = job();
  const alone = job({ 'on-pool-error': 'local' });
  await Promise.all([failing, alone].map((each) => each.said('for the pool')));
  hang(hosts.redis);
  const since = stopwatch();
  const back = delay(ms);
  await holder.said('this build is not published');
  expect(since()).toBeLessThan(LEASE_MS);
  expect(await failing.ended, failing.log).toEqual({ code: 1, signal: null });
  expect(failing.log.match(/^::error::.*$/gm)).toEqual([
    expect.stringMatching(/^::error::The pool's server redis:\S+ cannot be used: it did not answer within 3 s\./),
  ]);
  await holder.said('This host decides for itself');
  open();
  for (const each of [alone, holder]) {
    await expectGood([each]);
    // Both build, or one is quick enough for the other to find its build in the cache.
    expect([resultOf(each), warningsOf(each)]).toEqual([
      expect.stringMatching(/^(?:built build|waited remote)$/),
      [expect.stringContaining('This host decides for itself (on-pool-error: local).')],
    ]);
  }
  expect(since()).toBeLessThan(ms + 20_000);
  await back;
  // What they built is for their hosts alone, and blocks nobody.
  const later = job();
  await expectGood([later]);
  expect([resultOf(later), hosts.held]).toEqual(['built build', []]);
}

async function expectGood(jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) expect(await job.ended, job.log).toEqual(GOOD);
}

// All at one time, for each of them waits: 70 s in all.
test.skipIf(needsRedis !== '')(
  `a server that hangs, at the lease that pools have by default: for 7 and 20 s nobody notices, for 60 s each step does what on-pool-error says${needsRedis}`,
  async () => {
    await Promise.all([
      shortHang(stopped(7000), 7000),
      shortHang(sleeping(20_000), 20_000),
      longHang(stopped(60_000), 60_000),
    ]);
  },
);
