import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Hosts, resultOf } from '../harness/hosts.ts';
import { runCli, startCli } from '../harness/job/cli.ts';
import { keysIn } from '../harness/job/ended.ts';
import { gate, type Job, tempDir } from '../harness/job/job.ts';
import { claim, publish } from '../harness/job/split.ts';
import { needsRedis } from '../harness/servers/redis.ts';
import { builds, litter } from '../harness/storm/remains.ts';

const WHO = 'octo/tools, job .* on .* \\(.*\\), https://.*/attempts/1 \\(for .*\\)';

function unlock({ redis }: Hosts, ...args: string[]) {
  return runCli(['unlock', 'sdk', '--pool', redis.url, ...args]);
}

/** A job of a new host that is at its build, and says so each time that it builds. */
async function aBuilder(hosts: Hosts, name: string, inputs: Record<string, string> = {}) {
  const root = hosts.newHost();
  const { wait, open } = gate();
  const run = `${hosts.builds.note}; echo "${name} builds"; ${wait}; echo ${name} > "$BUILD_ONCE_OUT/made"`;
  const job = hosts.job(root, { run, ...inputs });
  return { root, job, open, builds: job.said(`${name} builds`) };
}

function timesBuilt({ log }: Job): number {
  return log.match(/^\w+ builds$/gm)?.length ?? 0;
}

describe.skipIf(needsRedis !== '')(`a lock of a pool${needsRedis}`, () => {
  test('a holder that lives is named and keeps it; --force takes it, and another host builds what both then have', async () => {
    const hosts = await Hosts.start();
    const first = await aBuilder(hosts, 'first');
    await first.builds;
    const second = await aBuilder(hosts, 'second');
    await second.job.said('Waiting for octo');
    const kept = await unlock(hosts);
    expect(kept.err).toMatch(new RegExp(`^Watching for up to \\S+ m?s whether ${WHO} renews its lease\\.\n$`));
    expect(kept.out).toMatch(
      new RegExp(
        `^left "sdk": ${WHO} holds it and lives \\(it renews its lease\\)\\. Nothing was done\\. Cancel that job, or take the lock from it with --force\n$`,
      ),
    );
    expect(kept.code).toBe(1);
    const { code, out, err } = await unlock(hosts, '--force');
    expect([code, err]).toEqual([0, '']);
    const loses =
      'which finds its lock lost at its next renewal, ends its build, and publishes nothing of it for the pool';
    expect(out).toMatch(new RegExp(`^robbed "sdk": taken from ${WHO}, ${loses}\n$`));
    await second.builds;
    // Its script would never end by itself.
    await first.job.said('this build is not published, for its lock or its slot was taken over. Going on.');
    await first.job.said('Waiting for octo');
    second.open();
    for (const { job } of [first, second]) expect((await job.ended).code, job.log).toBe(0);
    expect([first, second].map(({ job }) => resultOf(job))).toEqual(['waited remote', 'built build']);
    for (const { job } of [first, second])
      expect(readFileSync(join(job.outputs.path ?? '', 'made'), 'utf8')).toBe('second\n');
    expect(hosts.builds.lines()).toHaveLength(2);
    for (const { root } of [first, second]) expect([builds(root).length, litter(root)]).toEqual([1, []]);
    expect(hosts.held).toEqual([]);
    expect(await unlock(hosts)).toEqual({ code: 0, out: 'Nobody holds "sdk".\n', err: '' });
  }, 60_000);

  test('a robbed build that is ready before the next renewal is published on no host', async () => {
    const hosts = await Hosts.start();
    const { job, open, root, builds: atWork } = await aBuilder(hosts, 'first', { 'pool-lease': '10m' });
    await atWork;
    const { code, out } = await unlock(hosts, '--force', '--json');
    expect(code, out).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      pool: `${hosts.redis.url}/0`,
      key: 'sdk',
      locks: [{ kind: 'key', key: 'sdk', became: 'robbed', who: { job: job.name } }],
    });
    open();
    expect((await job.ended).code, job.log).toBe(0);
    expect(job.log).toContain(
      '\n"sdk": this build is not published, for its lock or its slot was taken over. Going on.\n',
    );
    expect([timesBuilt(job), resultOf(job), builds(root).length]).toEqual([2, 'built build', 1]);
    expect(hosts.held).toEqual([]);
  });

  test('a robbed build that its host is saving stays there, and no other host is told of it', async () => {
    const hosts = await Hosts.start();
    const saving = new Promise<ServerResponse>((resolve) => {
      hosts.cache.hook = ({ url }, response) => {
        if (!url?.endsWith('/FinalizeCacheEntryUpload')) return false;
        resolve(response);
        return true;
      };
    });
    const job = hosts.job(hosts.newHost(), { 'pool-lease': '10m' });
    const saved = await saving;
    expect((await unlock(hosts, '--force')).code).toBe(0);
    saved.writeHead(200, { 'content-type': 'application/json' }).end('{"ok": true, "entry_id": "1"}');
    expect((await job.ended).code, job.log).toBe(0);
    expect(resultOf(job)).toBe('built build');
    expect([hosts.held, hosts.redis.ask('KEYS', 'build-once:v1:*:published')]).toEqual([[], '']);
  });

  test.runIf(process.platform === 'linux')('of a claim that is robbed nothing is published', async () => {
    const hosts = await Hosts.start();
    const root = hosts.newHost();
    const { run: _none, ...inputs } = hosts.options(root).inputs;
    const job = await claim({ root, inputs, env: hosts.options(root).env ?? {} });
    expect(job.end.code, job.log).toBe(0);
    writeFileSync(join(job.outputs.path ?? '', 'tool'), 'made by steps');
    const { code, out } = await unlock(hosts, '--force');
    expect(code, out).toBe(0);
    const done = await publish(job, root);
    expect(done.log).toContain('::error::The claim of "sdk" was lost, and nothing of this job was published.');
    expect([done.end.code, keysIn(root), hosts.held]).toEqual([1, [], []]);
  });

  test('that of a holder that does not renew it is watched until it ends, or until a signal', async () => {
    const hosts = await Hosts.start();
    const { job, builds: atWork } = await aBuilder(hosts, 'first');
    await atWork;
    job.kill('SIGKILL');
    await job.ended;
    const { child, ended, said } = startCli(['unlock', 'sdk', '--pool', hosts.redis.url]);
    await said('renews its lease');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, out: 'left "sdk": interrupted, and nothing was done\n' });
    expect(hosts.held).not.toEqual([]);
    const { code, out } = await unlock(hosts);
    expect(out).toMatch(new RegExp(`^opened "sdk": ${WHO} has given it up, or its lease has ended\n$`));
    expect([code, hosts.held]).toEqual([0, []]);
  });

  test('what is no lock of build-once is left, and --force opens it by its folder', async () => {
    const hosts = await Hosts.start();
    const id = 'sdk-0123456789abcdef0123';
    hosts.redis.ask('SET', `build-once:v1:{${id}}:lock`, 'a text of somebody else');
    const left = await runCli(['unlock', id, '--pool', hosts.redis.url]);
    expect([left.code, left.out]).toEqual([1, expect.stringContaining(`left ${id}: it has no end`)]);
    const { code, out } = await runCli(['unlock', id, '--force', '--pool', hosts.redis.url]);
    expect([code, out]).toEqual([0, expect.stringContaining(`robbed ${id}: taken from a holder without a record`)]);
    expect(hosts.held).toEqual([]);
  });

  test('a server that goes away while a lease is watched: the lock is left, with the reason', async () => {
    const hosts = await Hosts.start();
    hosts.redis.ask('SET', 'build-once:v1:{sdk-0123456789abcdef0123}:lock', '0123456789ab', 'PX', '600000');
    const { ended, said } = startCli(['unlock', 'sdk-0123456789abcdef0123', '--pool', hosts.redis.url]);
    await said('renews its lease');
    await hosts.redis.stop();
    const { code, out } = await ended;
    expect(code).toBe(1);
    expect(out).toMatch(/^left sdk-\w+: it cannot be opened: The pool's server \S+ cannot be used: .*\n$/);
    const away = await unlock(hosts);
    expect([away.code, away.out, away.err]).toEqual([1, '', expect.stringContaining('nothing listens there')]);
  });
});

test.each([
  [['--root', '/x'], '--root and --pool are two locks: call it once for each'],
  [['--scope', 'x'], '--scope is not known in a pool: name the folder, which list --locks --json tells'],
])('--pool with %j: exit code 2 and one line', async (args, line) => {
  const { code, err } = await runCli(['unlock', 'sdk', '--pool', 'redis://h', ...args]);
  expect([code, err]).toEqual([2, `build-once: ${line}. See build-once unlock --help\n`]);
});

test('a pool that only the environment names is not meant', async () => {
  const root = tempDir();
  const { code, err } = await runCli(['unlock', 'sdk', '--root', root], {
    env: { BUILD_ONCE_POOL: 'redis://127.0.0.1:1' },
  });
  expect([code, err]).toEqual([1, `${root} has no key "sdk", and nobody builds it. See build-once list\n`]);
});
