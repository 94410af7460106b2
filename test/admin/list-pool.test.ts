import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { Hosts, warningsOf } from '../harness/hosts.ts';
import { CLI, type CliOptions, runCli } from '../harness/job/cli.ts';
import { gate, tempDir } from '../harness/job/job.ts';
import { codeBlocks } from '../harness/markdown.ts';
import { noTerminal } from '../harness/needs.ts';
import { freePort, needsRedis, redisPrograms, TestRedis } from '../harness/servers/redis.ts';

const HEAD = /^LOCK +KEY +HOST +FOR +LEASE +WHO$/;
const ID = 'sdk-0123456789abcdef0123';

function list(root: string | undefined, url: string, ...args: string[]) {
  return runCli(['list', '--locks', ...(root === undefined ? [] : ['--root', root]), '--pool', url, ...args]);
}

async function asJson(root: string | undefined, url: string, env: CliOptions['env'] = {}) {
  const args = root === undefined ? [] : ['--root', root];
  const { code, out, err } = await runCli(['list', '--locks', '--json', ...args], {
    env: { BUILD_ONCE_POOL: url, ...env },
  });
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

async function aServer(...args: string[]): Promise<TestRedis> {
  const [program] = redisPrograms;
  if (program === undefined) throw new Error('There is no Redis here.');
  return TestRedis.start(program, ...args);
}

/** All that a server has, but for the times at which those who wait have asked last. */
function contentOf(redis: TestRedis): string {
  const keys = redis
    .ask('KEYS', '*')
    .split('\n')
    .sort()
    .filter((key) => !key.endsWith(':seen'));
  return keys.map((key) => `${key} ${redis.ask('TYPE', key)} ${redis.ask('DEBUG', 'DIGEST-VALUE', key)}`).join('\n');
}

describe.skipIf(needsRedis !== '')(`the locks of a pool${needsRedis}`, () => {
  test('who has which lock and slot on which host is told beside the locks of this host, and nothing is changed', async () => {
    const hosts = await Hosts.start();
    const { wait, open } = gate();
    const [here, there] = [hosts.newHost(), hosts.newHost()];
    const limit = { 'max-in-flight': '1', group: 'big', 'pool-lease': '10m' };
    const builder = hosts.job(here, { ...limit, run: `${wait}\n${hosts.options('').inputs.run}` });
    await builder.said('::group::Building');
    const waiter = hosts.job(there, { ...limit, key: 'other' });
    await waiter.said('for a build slot');
    const { url } = hosts.redis;

    const before = contentOf(hosts.redis);
    const { code, out, err } = await list(here, url);
    expect([code, err]).toEqual([0, '']);
    expect(contentOf(hosts.redis)).toBe(before);
    const [own = '', pool = ''] = out.split(`In the pool ${url}/0:\n`);
    expect(own).toMatch(/^key +sdk +running .*\n\n1 lock held\.\n\n$/m);
    const [head, ...lines] = pool.split('\n');
    expect(head).toMatch(HEAD);
    const rest = (name: string) => `[\\d.]+ m?s +(?:10 m|9 m .*) left +octo/tools, job ${name} on .*, https://\\S+`;
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^key +other +\\S+ \\(root [0-9a-f]{7}…\\) +${rest(waiter.name)}$`)),
      expect.stringMatching(new RegExp(`^key +sdk +\\S+ \\(this root\\) +${rest(builder.name)}$`)),
      expect.stringMatching(new RegExp(`^slot big/0 +sdk +\\S+ \\(this root\\) +${rest(builder.name)}$`)),
      '',
      '3 locks held. 1 build waits for a slot of the group "big".',
      '',
    ]);

    const { root, locks, pool: seen } = await asJson(here, url);
    expect([root, locks.length]).toEqual([here, 1]);
    expect(seen).toMatchObject({ address: `${url}/0`, waiting: { big: 1 }, isPart: false });
    const [other, sdk, slot] = seen.locks;
    expect(sdk).toMatchObject({ kind: 'key', key: 'sdk', id: locks[0].id, here: true });
    expect(sdk.who).toMatchObject({ repository: 'octo/tools', job: builder.name });
    expect(Math.abs(sdk.heldMs - (Date.now() - Date.parse(sdk.since)))).toBeLessThan(5000);
    expect(sdk.leftMs).toBeGreaterThan(0);
    expect(sdk.leftMs).toBeLessThanOrEqual(600_000);
    expect(other).toMatchObject({ key: 'other', here: false });
    expect(slot).toMatchObject({ kind: 'slot', id: 'big/0', key: 'sdk', origin: sdk.origin, here: true });
    // Whoever has no cache has nothing to compare with.
    const alone = await asJson(undefined, url);
    expect([alone.root, alone.locks, alone.pool.locks[0].here]).toEqual([null, [], undefined]);

    open();
    for (const job of [builder, waiter]) expect((await job.ended).code, job.log).toBe(0);
    expect((await list(here, url)).out).toBe(
      `Nobody holds a lock in ${here}.\n\nNobody holds a lock in the pool ${url}/0.\n`,
    );
  });

  test('what strangers keep under our names is shown as such, cleaned, and hides nothing', async () => {
    const redis = await aServer();
    const lock = (id: string) => `build-once:v1:{${id}}:lock`;
    const token = '0123456789ab';
    const who = { repository: 'o', workflow: 'w', job: 'evil \u202e\u001b', runUrl: '', runner: '', host: 'h' };
    const record = {
      format: 1,
      token,
      asker: { key: 'k\u001b[2J\n::error::', who },
      origin: 'x',
      since: 'y',
      leaseMs: 5000,
    };
    const sound = { ...record, asker: { ...record.asker, who: { ...who, job: 'evil \u202e' } } };
    redis.ask('SET', lock(ID), token, 'PX', '600000');
    redis.ask('SET', `build-once:v1:{${ID}}:holder:${token}`, `1700000000000 ${JSON.stringify(sound)}`);
    const [second, third, fourth] = ['1', '2', '3'].map((digit) => ID.replace('0', digit)) as [string, string, string];
    redis.ask('SET', lock(second), token, 'PX', '600000');
    redis.ask('SET', `build-once:v1:{${second}}:holder:${token}`, `1700000000000 ${JSON.stringify(record)}`);
    redis.ask('SET', lock(third), 'a text of somebody else');
    redis.ask('HSET', lock(fourth), 'a', 'b');
    redis.ask('SET', lock('../../etc'), token);
    redis.ask('SET', 'build-once:v1:{slots:text}:holders', 'a text');
    redis.ask('HSET', 'build-once:v1:{slots:big}:holders', '0', `${token} 99999999999999 1700000000000`);
    redis.ask('HSET', 'build-once:v1:{slots:big}:holders', '1', `${token} 1700000000001 1700000000000`);
    const before = contentOf(redis);
    const { code, out, err } = await list(undefined, redis.url);
    expect([code, err]).toEqual([0, '']);
    // Nothing is noted on a server that was never used, and no slot of the dead is dropped.
    expect(contentOf(redis)).toBe(before);
    expect(out).toMatch(/^[ -~…\n]*$/);
    const lines = out.split('\n').slice(2, -3);
    expect(lines).toEqual([
      expect.stringMatching(
        /^key +k\\x1b\[2J\\n::error:: +h \(root x\) +\d+ d \d+ h +(?:10 m|9 m 5\d s) left +o, job evil \\u202e$/,
      ),
      expect.stringMatching(new RegExp(`^key +\\(folder ${second}\\) .* left +\\(no record\\)$`)),
      expect.stringMatching(new RegExp(`^key +\\(folder ${third}\\) +no end +\\(no record\\)$`)),
      expect.stringMatching(new RegExp(`^key +\\(folder ${fourth}\\) +no end +\\(no record\\)$`)),
      expect.stringMatching(/^slot big\/0 .* left +\(no record\)$/),
    ]);
    // A job that claims the lock gives it an end. One who looks does not.
    expect(redis.ask('PTTL', lock(third))).toBe('-1');
  });

  test('20,000 keys that are no locks are passed over, without KEYS', async () => {
    const redis = await aServer();
    redis.ask('DEBUG', 'POPULATE', '10000', 'somebody');
    redis.ask('DEBUG', 'POPULATE', '10000', `build-once:v1:{${ID}}:gone`);
    redis.ask('SET', `build-once:v1:{${ID}}:lock`, '0123456789ab', 'PX', '600000');
    const spent = stopwatch();
    expect((await asJson(undefined, redis.url)).pool.locks).toMatchObject([{ id: ID, token: '0123456789ab' }]);
    // The whole command takes 0.2 s on a quiet machine.
    expect(spent()).toBeLessThan(10_000);
    const stats = redis.ask('INFO', 'commandstats');
    expect(stats).not.toContain('cmdstat_keys:');
    expect(Number(/cmdstat_scan:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(50);
  });

  test('a server that is away, refuses or hangs is one line and exit code 1, and the locks of the host are there', async () => {
    const root = tempDir();
    const none = `redis://ci:hunter2@127.0.0.1:${await freePort()}`;
    const away = await list(root, none);
    expect([away.code, away.out]).toEqual([1, `Nobody holds a lock in ${root}.\n`]);
    expect(away.err).toMatch(
      /^The pool's server redis:\/\/127\.0\.0\.1:\d+\/0 cannot be used: nothing listens there .*\.\n$/,
    );
    const told = await list(root, none, '--json');
    expect(told.code).toBe(1);
    const { pool, locks } = JSON.parse(told.out);
    expect([locks, `${pool.trouble}\n`]).toEqual([[], told.err]);
    expect(away.err + told.err + told.out).not.toContain('hunter2');

    const redis = await aServer('--requirepass', 'hunter3');
    const asked = { BUILD_ONCE_POOL: redis.url, WORD: 'hunter3' };
    const wrong = await runCli(['list', '--locks', '--root', root], {
      env: { ...asked, BUILD_ONCE_POOL_PASSWORD: 'hunter2' },
    });
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('(WRONGPASS)')]);
    expect(wrong.out + wrong.err).not.toContain('hunter2');
    const right = await runCli(['list', '--locks', '--root', root, '--pool-password-env', 'WORD'], { env: asked });
    expect([right.code, right.err]).toEqual([0, '']);

    redis.signal('SIGSTOP');
    const spent = stopwatch();
    const hung = await runCli(['list', '--locks', '--root', root], {
      env: { ...asked, BUILD_ONCE_POOL_PASSWORD: 'hunter3' },
    });
    expect([hung.code, hung.err]).toEqual([1, expect.stringContaining('it did not answer within 3 s')]);
    expect(spent()).toBeLessThan(10_000);
  });

  test('a user with the rights that docs/pools.md gives may do all that jobs do, and look at it', async () => {
    const hosts = await Hosts.start();
    const [rights = ''] = codeBlocks('docs/pools.md', 'text').filter((block) => block.startsWith('ACL SETUSER'));
    hosts.redis.ask(...rights.replace('PASSWORD', 'hunter2').trim().split(' '));
    const { port } = hosts.redis;
    const pool = { pool: `redis://ci@127.0.0.1:${port}`, 'pool-password': 'hunter2', 'max-in-flight': '1' };
    const [holder, waiter] = [gate(), gate()];
    const first = hosts.job(hosts.newHost(), { ...pool, run: `${holder.wait}; exit 3` });
    await first.said('::group::Building');
    const second = hosts.job(hosts.newHost(), { ...pool, run: `${waiter.wait}\n${hosts.options('').inputs.run}` });
    await second.said('Waiting for octo');
    holder.open();
    await second.said('::group::Building');
    const seen = await asJson(undefined, pool.pool, { BUILD_ONCE_POOL_PASSWORD: 'hunter2' });
    expect(seen.pool.locks).toMatchObject([{ kind: 'key' }, { kind: 'slot' }]);
    waiter.open();
    expect((await second.ended).code, second.log).toBe(0);
    await first.ended;
    // Its own build has failed, and it says nothing of what it may not do.
    expect([first, second].flatMap(warningsOf)).toEqual([]);
    expect(first.log).not.toContain('NOPERM');
  });
});

test.each([
  [['--pool', 'redis://h'], 'build-once: --pool is for --locks: a pool keeps no builds. See build-once list --help'],
  [['--locks', '--pool', ''], 'build-once: --pool is empty. See build-once list --help'],
  [['--locks', '--pool', 'redis://h', '--pool', 'redis://i'], 'build-once: --pool is given more than once. See'],
  [['--locks', '--pool-env', 'NONE'], 'build-once: --pool-env names "NONE", which is not set. See'],
  [['--locks', '--pool-password-env', 'WORD'], 'build-once: --pool is missing. See'],
  [['--locks', '--pool', 'hunter2@h'], 'pool "h" is no address of a Redis server. Write it as redis://host:port/db'],
])('%j: exit code 2 and one line', async (args, line) => {
  const { code, out, err } = await runCli(['list', ...args], { env: { WORD: 'hunter2' } });
  expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
  expect(err).toContain(line);
  expect(err).not.toContain('hunter2');
});

const cannotWatch = needsRedis || noTerminal;

test.skipIf(cannotWatch !== '')(
  `--watch uses one connection, says why a server is away, and that it is back${cannotWatch}`,
  async () => {
    const redis = await aServer();
    const log = join(tempDir(), 'typescript');
    const command = `stty rows 20 cols 100; exec "${process.execPath}" "${CLI}" list --locks --watch --pool "${redis.url}"`;
    const env = { PATH: process.env.PATH, CI: 'true' };
    const child = spawn('script', ['-qefc', command, log], { stdio: ['pipe', 'pipe', 'inherit'], env });
    onTestFinished(() => void child.kill('SIGKILL'));
    let shown = '';
    const saw = (text: string) => expect.poll(() => shown, { timeout: 20_000 }).toContain(text);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      shown += chunk;
    });
    const others = () =>
      redis
        .ask('CLIENT', 'LIST')
        .split('\n')
        .filter((line) => !line.includes('cmd=client'))
        .map((line) => line.split(' ')[0]);
    await saw('Nobody holds a lock in the pool');
    const [connection = '', ...more] = others();
    expect([connection, more]).toEqual([expect.stringMatching(/^id=\d+$/), []]);
    redis.ask('SET', `build-once:v1:{${ID}}:lock`, '0123456789ab', 'PX', '600000');
    await saw(`(folder ${ID})`);
    expect(others()).toEqual([connection]);
    expect(shown).not.toContain('Connected anew');
    await redis.stop();
    const frame = () => (shown.split('\x1b[H').at(-1) ?? '').split('\x1b[K\r\n');
    // In two lines of this terminal, which are broken between words.
    const away = [
      expect.stringMatching(/^The pool's server .* \(ECONNREFUSED\)\.$/),
      expect.stringMatching(/^Check host/),
    ];
    await expect.poll(() => frame().slice(0, 2), { timeout: 20_000 }).toEqual(away);
    await redis.begin();
    await saw('Connected anew at ');
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.write('\x03');
    expect(await ended).toBe(130);
  },
);
