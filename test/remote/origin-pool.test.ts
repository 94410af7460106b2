import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, type MountSpace, mountSpace, needsMounts } from '../harness/disks/mounts.ts';
import { Hosts, resultOf, warningsOf } from '../harness/hosts.ts';
import { runCli } from '../harness/job/cli.ts';
import { endJobs } from '../harness/job/ended.ts';
import { gate, type Job, tempDir } from '../harness/job/job.ts';
import { needsRedis } from '../harness/servers/redis.ts';
import { litter } from '../harness/storm/remains.ts';

/** A host whose cache lies at the path of all: what `disk` holds is what it has there. */
interface Host {
  readonly disk: string;
  readonly space: MountSpace;
}

async function hostAt(path: string): Promise<Host> {
  const disk = tempDir();
  return { disk, space: await mountSpace(`mount --bind ${disk} ${path}`) };
}

describe.skipIf(!canMount || needsRedis !== '')(
  `hosts of a pool whose caches lie at one path${needsMounts}${needsRedis}`,
  () => {
    test('share builds that contain it: one builds, the others wait and restore, and all have one path', async () => {
      const pool = await Hosts.start();
      const path = tempDir();
      const hosts = [await hostAt(path), await hostAt(path), await hostAt(path)];
      const { wait, open } = gate();
      const jobs = hosts.flatMap((host) => [1, 2].map(() => started(pool, path, host, wait)));
      await Promise.all(jobs.map((job) => job.said(/::group::Building|Waiting for octo/)));
      open();
      for (const job of jobs) expect((await job.ended).code, job.log).toBe(0);
      const results = jobs.map(resultOf).sort();
      expect(results).toEqual([
        'built build',
        'waited disk',
        'waited disk',
        'waited disk',
        'waited remote',
        'waited remote',
      ]);
      expect(new Set(jobs.map(({ outputs }) => outputs.path)).size).toBe(1);
      const [token] = pool.builds.lines();
      const made = hosts.map(({ space }) => readFileSync(space.see(join(jobs[0]?.outputs.path ?? '', 'made')), 'utf8'));
      expect(made).toEqual([`${token}\n`, `${token}\n`, `${token}\n`]);
      expect(jobs.flatMap(warningsOf)).toEqual([]);
      expect(pool.held).toEqual([]);
      expect(hosts.flatMap(({ disk }) => litter(disk))).toEqual([]);
    });

    test('where it was pruned it is built anew, nothing is fetched for that, and the others get the new one', async () => {
      const pool = await Hosts.start();
      const path = tempDir();
      const [first, second, third] = [await hostAt(path), await hostAt(path), await hostAt(path)];
      const old = await ended(started(pool, path, first));
      endJobs(first.disk);
      const prune = await runCli(['prune', '--root', first.disk, '--max-size', '0', '--grace', '0s']);
      expect([prune.code, prune.err]).toEqual([0, '']);
      const before = pool.cache.seen.length;
      const anew = await ended(started(pool, path, first));
      expect(resultOf(anew), anew.log).toBe('built build');
      expect(anew.log).toContain('"sdk" is not restored: it may work only in the path where it was built');
      expect(pool.cache.seen.slice(before).filter((each) => each.includes('Download'))).toEqual([]);
      const others = [await ended(started(pool, path, second)), await ended(started(pool, path, third))];
      expect(others.map(resultOf)).toEqual(['reused remote', 'reused remote']);
      expect(others.map(({ outputs }) => outputs.path)).toEqual([anew.outputs.path, anew.outputs.path]);
      expect(anew.outputs.path).not.toBe(old.outputs.path);
      expect([old, anew, ...others].flatMap(warningsOf)).toEqual([]);
    });
  },
);

function started(pool: Hosts, path: string, { space }: Host, wait = 'true'): Job {
  const run = `${wait}\n${pool.options('').inputs.run}`;
  const options = pool.options(path, { relocatable: 'false', run });
  return pool.start({ ...options, wrapper: space.wrapper });
}

async function ended(job: Job): Promise<Job> {
  expect((await job.ended).code, job.log).toBe(0);
  return job;
}
