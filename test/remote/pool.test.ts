import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { entryPaths } from '../../src/store/layout.ts';
import { places } from '../harness/disks/places.ts';
import { Hosts, resultOf, warningsOf } from '../harness/hosts.ts';
import { gate, type Job } from '../harness/job/job.ts';
import { processesOf } from '../harness/job/split.ts';
import { needsRedis } from '../harness/servers/redis.ts';
import { litter } from '../harness/storm/remains.ts';

async function allEnded(jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) expect((await job.ended).code, job.log).toBe(0);
}

const madeIn = ({ outputs }: Job) => readFileSync(join(outputs.path ?? '', 'made'), 'utf8').trim();

describe.skipIf(needsRedis !== '')(`hosts that share no disk${needsRedis}`, () => {
  test('one builds, the others wait for it and restore; all jobs of all hosts have that build', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const roots = [hosts.newHost(), hosts.newHost(), hosts.newHost()];
    const run = `${wait}\n${hosts.options('').inputs.run}`;
    const jobs = roots.flatMap((root) => [1, 2].map(() => hosts.job(root, { run })));
    await Promise.all(jobs.map((job) => job.said(/::group::Building|Waiting for octo/)));
    open();
    await allEnded(jobs);
    const results = jobs.map(resultOf).sort();
    expect(results.filter((each) => each === 'built build')).toHaveLength(1);
    expect(results.filter((each) => each === 'waited remote')).toHaveLength(2);
    expect(results.filter((each) => each === 'waited disk')).toHaveLength(3);
    const [token] = hosts.builds.lines();
    expect(hosts.builds.lines()).toEqual([token]);
    expect(new Set(jobs.map(madeIn))).toEqual(new Set([token]));
    expect(jobs.some((job) => /Waiting for octo\/tools, .* for the pool/.test(job.log))).toBe(true);
    expect(hosts.held).toEqual([]);
    expect(roots.flatMap((root) => litter(root))).toEqual([]);
    expect(jobs.flatMap(warningsOf)).toEqual([]);
    const later = hosts.job(hosts.newHost());
    await allEnded([later]);
    expect(resultOf(later)).toBe('reused remote');
  });

  test('a holder that is killed is inherited by the next job of its host at once', async () => {
    const hosts = await Hosts.start();
    const root = hosts.newHost();
    const { wait } = gate();
    const lease = { 'pool-lease': '10m' };
    const killed = hosts.job(root, { ...lease, run: wait });
    await killed.said('::group::Building');
    killed.kill('SIGKILL');
    await killed.ended;
    expect(hosts.held).not.toEqual([]);
    const next = hosts.job(root, lease);
    await allEnded([next]);
    expect(resultOf(next)).toBe('built build');
    expect(next.log).toContain("Took over the pool's lock of an earlier job of this host");
    expect(hosts.held).toEqual([]);
  });

  test('another host waits for the lease of one that is killed, and builds then', async () => {
    const hosts = await Hosts.start();
    const { wait } = gate();
    const killed = hosts.job(hosts.newHost(), { run: wait });
    await killed.said('::group::Building');
    killed.kill('SIGKILL');
    await killed.ended;
    const next = hosts.job(hosts.newHost());
    await next.said('for the pool');
    await allEnded([next]);
    expect(resultOf(next)).toBe('built build');
    expect(hosts.held).toEqual([]);
  });

  test('a clone of a host is another one, also with all that its root had: neither takes the other´s lock', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const [here, there] = [hosts.newHost(), hosts.newHost()];
    await allEnded([hosts.job(here, { key: 'before' })]);
    cpSync(here, there, { recursive: true });
    const lease = { 'pool-lease': '10m' };
    const holder = hosts.job(here, { ...lease, run: `${wait}\n${hosts.options('').inputs.run}` });
    await holder.said('::group::Building');
    const other = hosts.job(there, lease);
    await other.said('for the pool');
    open();
    await allEnded([holder, other]);
    expect(resultOf(other)).toBe('waited remote');
    expect(hosts.builds.lines()).toHaveLength(2);
  });

  test('what a failed build leaves is a free lock, and another host builds', async () => {
    const hosts = await Hosts.start();
    const failed = hosts.job(hosts.newHost(), { run: 'exit 3', attempts: '1' });
    expect((await failed.ended).code).toBe(3);
    expect(hosts.held).toEqual([]);
    const next = hosts.job(hosts.newHost());
    await allEnded([next]);
    expect(resultOf(next)).toBe('built build');
  });

  test('failed builds count for hosts that wait: after `attempts` of them nobody tries again', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const run = `${hosts.builds.note}\n${wait}\nexit 7`;
    const first = hosts.job(hosts.newHost(), { run, attempts: '1' });
    await first.said('::group::Building');
    const others = [hosts.newHost(), hosts.newHost()].map((root) => hosts.job(root, { run, attempts: '1' }));
    await Promise.all(others.map((job) => job.said('for the pool')));
    open();
    expect((await first.ended).code, first.log).toBe(7);
    for (const job of others) expect((await job.ended).code, job.log).toBe(1);
    expect(hosts.builds.lines()).toHaveLength(1);
    for (const job of others) {
      expect(job.log).toMatch(
        /::error::"sdk" failed to build once while this step waited.*The newest: exit code 7, by octo/,
      );
    }
    expect(hosts.held).toEqual([]);
    const later = hosts.job(hosts.newHost());
    await allEnded([later]);
    expect(resultOf(later)).toBe('built build');
  });

  test('`max-in-flight` counts the builds of all hosts', async () => {
    const hosts = await Hosts.start();
    const proof = places(2);
    const { wait, open } = gate();
    const run = `${proof.enter}\n${wait}\necho made > "$BUILD_ONCE_OUT/made"`;
    const jobs = [0, 1, 2, 3, 4].map((index) =>
      hosts.job(hosts.newHost(), { key: `sdk-${index}`, run, 'max-in-flight': '2' }),
    );
    await Promise.all(jobs.map((job) => job.said(/::group::Building|Waiting for a build slot: 2 of 2 slots/)));
    expect(jobs.filter((job) => job.log.includes('::group::Building'))).toHaveLength(2);
    open();
    await allEnded(jobs);
    expect(proof.tooMany()).toBe(0);
    expect(hosts.redis.ask('HLEN', 'build-once:v1:{slots:default}:holders')).toBe('0');
  });

  test('while a build is saved, another one has its slot; the lock of the pool is held until it is pointed to', async () => {
    const hosts = await Hosts.start();
    const uploading = new Promise<ServerResponse>((resolve) => {
      hosts.cache.hook = ({ url }, response) => {
        if (!url?.endsWith('/CreateCacheEntry')) return false;
        hosts.cache.hook = () => false;
        resolve(response);
        return true;
      };
    });
    const limit = { 'max-in-flight': '1' };
    const first = hosts.job(hosts.newHost(), limit);
    const upload = await uploading;
    const second = hosts.job(hosts.newHost(), { ...limit, key: 'other' });
    await second.said(/::group::Building|Waiting for a build slot/);
    expect(second.log).not.toContain('Waiting for a build slot');
    await allEnded([second]);
    expect(resultOf(second)).toBe('built build');
    expect(hosts.held).toHaveLength(2);
    upload.writeHead(200, { 'content-type': 'application/json' }).end('{"ok": false}');
    await allEnded([first]);
    expect(resultOf(first)).toBe('built build');
    expect(warningsOf(first)).toHaveLength(1);
    expect(hosts.held).toEqual([]);
  });

  test('an archive that is gone is a miss, and the new build takes its place', async () => {
    const hosts = await Hosts.start();
    await allEnded([hosts.job(hosts.newHost())]);
    hosts.cache.archives.length = 0;
    const builder = hosts.job(hosts.newHost());
    await allEnded([builder]);
    expect(resultOf(builder)).toBe('built build');
    expect(warningsOf(builder)).toEqual([expect.stringContaining('its archive cannot be fetched')]);
    const third = hosts.job(hosts.newHost());
    await allEnded([third]);
    expect([resultOf(third), madeIn(third)]).toEqual(['reused remote', madeIn(builder)]);
  });

  test('`force` builds anew and replaces what the pool has', async () => {
    const hosts = await Hosts.start();
    await allEnded([hosts.job(hosts.newHost())]);
    const forced = hosts.job(hosts.newHost(), { force: 'true' });
    await allEnded([forced]);
    expect(resultOf(forced)).toBe('built build');
    const third = hosts.job(hosts.newHost());
    await allEnded([third]);
    expect(madeIn(third)).toBe(madeIn(forced));
  });

  test('an upload that fails costs a warning, and the locks are free', async () => {
    const hosts = await Hosts.start();
    hosts.cache.hook = ({ url }, response) => {
      if (!url?.endsWith('CreateCacheEntry')) return false;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":false}');
      return true;
    };
    const builder = hosts.job(hosts.newHost());
    await allEnded([builder]);
    expect(resultOf(builder)).toBe('built build');
    expect(warningsOf(builder).join('\n')).toContain('it is not saved in the Actions cache');
    expect(hosts.held).toEqual([]);
    hosts.cache.hook = () => false;
    const next = hosts.job(hosts.newHost());
    await allEnded([next]);
    expect(resultOf(next)).toBe('built build');
  });

  test('a holder that is stopped for longer than its lease publishes nowhere once it wakes', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const stopped = hosts.job(hosts.newHost(), { run: `${wait}\n${hosts.options('').inputs.run}` });
    await stopped.said('::group::Building');
    stopped.kill('SIGSTOP');
    const robber = hosts.job(hosts.newHost());
    await allEnded([robber]);
    expect(resultOf(robber)).toBe('built build');
    open();
    stopped.kill('SIGCONT');
    await allEnded([stopped]);
    expect([resultOf(stopped), madeIn(stopped)]).toEqual(['waited remote', madeIn(robber)]);
    expect(hosts.cache.saved).toHaveLength(1);
  });

  test('a cancel gives both locks back', async () => {
    const hosts = await Hosts.start();
    const root = hosts.newHost();
    const job = hosts.job(root, { run: gate().wait });
    await job.said('::group::Building');
    const waiter = hosts.job(hosts.newHost(), { run: gate().wait });
    await waiter.said('for the pool');
    for (const each of [waiter, job]) {
      each.kill('SIGINT');
      expect((await each.ended).code, each.log).toBe(130);
      expect(processesOf(each)).toEqual([]);
    }
    expect(hosts.held).toEqual([]);
    expect(litter(root)).toEqual([]);
  });

  test('what may work only in its path is built by each host whose cache is elsewhere, and nobody waits for it', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const more = { relocatable: 'false', run: `${hosts.builds.note}\n${wait}\necho made > "$BUILD_ONCE_OUT/made"` };
    const jobs = [hosts.newHost(), hosts.newHost()].map((root) => hosts.job(root, more));
    await Promise.all(jobs.map((job) => job.said('::group::Building')));
    open();
    await allEnded(jobs);
    expect(jobs.map(resultOf)).toEqual(['built build', 'built build']);
    expect(jobs.flatMap(warningsOf)).toEqual([]);
  });

  test('without `remote` one host builds after the other, and is told why', async () => {
    const hosts = await Hosts.start();
    const proof = places(1);
    const run = `${proof.enter}\nsleep 0.3\necho made > "$BUILD_ONCE_OUT/made"`;
    const jobs = [hosts.newHost(), hosts.newHost()].map((root) => hosts.job(root, { remote: '', run }));
    await allEnded(jobs);
    expect(jobs.map(resultOf)).toEqual(['built build', 'built build']);
    expect(proof.tooMany()).toBe(0);
    for (const job of jobs) expect(job.log).toContain('To share builds, write `remote: actions-cache`');
  });

  test('a cancel ends a holder and a waiter within 7 s, also while the server hangs', async () => {
    const hosts = await Hosts.start();
    const holder = hosts.job(hosts.newHost(), { run: gate().wait });
    await holder.said('::group::Building');
    const waiter = hosts.job(hosts.newHost(), { run: gate().wait });
    await waiter.said('for the pool');
    hosts.redis.signal('SIGSTOP');
    const cancelled = stopwatch();
    for (const job of [holder, waiter]) job.kill('SIGINT');
    for (const job of [holder, waiter]) {
      expect((await job.ended).code, job.log).toBe(130);
      // By itself, not by the limit that ends every cancelled step.
      expect(job.log).not.toContain('Cleaning up took too long');
      expect(processesOf(job)).toEqual([]);
    }
    expect(cancelled()).toBeLessThan(7000);
    hosts.redis.signal('SIGCONT');
  });

  test('a server that has forgotten who builds lets nobody in for a lease, and a step that waits for that says so', async () => {
    const hosts = await Hosts.start();
    hosts.redis.ask('FLUSHALL');
    const late = hosts.job(hosts.newHost(), { 'wait-timeout': '1s' });
    expect((await late.ended).code).toBe(1);
    expect(late.log).toContain('Waiting for the server of the pool, which may have forgotten who builds: "sdk".');
    expect(late.log).toMatch(
      /::error::"sdk" was not there after waiting .* for the server of the pool, which may have forgotten who builds\. /,
    );
    const job = hosts.job(hosts.newHost());
    await allEnded([job]);
    expect(resultOf(job)).toBe('built build');
  });

  test('a server that forgets the lock between the build and the end of its upload is told of the build all the same', async () => {
    const hosts = await Hosts.start();
    hosts.cache.hook = ({ url }) => {
      // The lease of a minute is renewed by nothing else meanwhile.
      if (url?.endsWith('FinalizeCacheEntryUpload')) hosts.redis.ask('FLUSHALL');
      return false;
    };
    const builder = hosts.job(hosts.newHost(), { 'pool-lease': '1m' });
    await allEnded([builder]);
    expect(builder.log).not.toContain('the pool was not told of it');
    expect(hosts.redis.ask('KEYS', '*:published')).not.toBe('');
  });

  test('`wait-timeout` is one limit for both locks, and names who is waited for', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const holder = hosts.job(hosts.newHost(), { run: `${wait}\n${hosts.options('').inputs.run}` });
    await holder.said('::group::Building');
    const waiter = hosts.job(hosts.newHost(), { 'wait-timeout': '1s' });
    expect((await waiter.ended).code).toBe(1);
    expect(waiter.log).toMatch(
      /::error::"sdk" was not there after waiting .* for octo\/tools, job .*The lock is build-once:v1:\{sdk-/,
    );
    const forItself = hosts.job(hosts.newHost(), { 'wait-timeout': '1s', 'on-timeout': 'build' });
    await allEnded([forItself]);
    expect(resultOf(forItself)).toBe('private build');
    open();
    await allEnded([holder]);
  });
});

describe.skipIf(needsRedis !== '')(`a pool whose server cannot be used${needsRedis}`, () => {
  test('by default costs a warning: this host decides for itself', async () => {
    const hosts = await Hosts.start();
    await hosts.redis.stop();
    const job = hosts.job(hosts.newHost(), { 'on-pool-error': '' });
    await allEnded([job]);
    expect(resultOf(job)).toBe('built build');
    expect(warningsOf(job)).toEqual([
      expect.stringMatching(
        /^The pool's server redis:\/\/127\.0\.0\.1:\d+\/0 cannot be used: .*This host decides for itself \(on-pool-error: local\)\.$/,
      ),
    ]);
  });

  test('fails the step with `on-pool-error: fail`, and never shows the password', async () => {
    const hosts = await Hosts.start();
    hosts.redis.ask('CONFIG', 'SET', 'requirepass', 'right');
    const job = hosts.job(hosts.newHost(), { 'pool-password': 'wr0ng-secret' });
    expect((await job.ended).code).toBe(1);
    expect(job.log).toMatch(/^::error::The pool's server redis:\/\/127\.0\.0\.1:\d+\/0 cannot be used: /m);
    expect(job.log).not.toContain('wr0ng-secret');
  });

  test('an address that is none is an invalid input, whose text is not shown', async () => {
    const hosts = await Hosts.start();
    const job = hosts.job(hosts.newHost(), { pool: 'https://user:s3cret@host' });
    expect((await job.ended).code).toBe(1);
    expect(job.log).toContain('pool');
    expect(job.log).not.toContain('s3cret');
  });

  test('a server that is away from the middle of a build on: the build is published on this host', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const job = hosts.job(hosts.newHost(), { run: `${wait}\n${hosts.options('').inputs.run}`, 'pool-lease': '8s' });
    await job.said('::group::Building');
    await hosts.redis.stop();
    open();
    await allEnded([job]);
    expect(resultOf(job)).toBe('built build');
    expect(warningsOf(job).join('\n')).toMatch(/remote: .*cannot be used/);
  });
});

test.skipIf(needsRedis !== '')(
  `a root keeps which one it is; a broken file makes it a new one${needsRedis}`,
  async () => {
    const hosts = await Hosts.start();
    const root = hosts.newHost();
    await allEnded([hosts.job(root)]);
    const file = join(entryPaths(root, 'x').dir, '../.origin');
    const first = readFileSync(file, 'utf8');
    expect(first).toMatch(/^[0-9a-f]{24}$/);
    await allEnded([hosts.job(root, { key: 'other' })]);
    expect(readFileSync(file, 'utf8')).toBe(first);
    writeFileSync(file, '');
    await allEnded([hosts.job(root, { key: 'third' })]);
  },
);
