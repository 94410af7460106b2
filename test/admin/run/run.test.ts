import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli, startCli } from '../../harness/job/cli.ts';
import { makeOlder } from '../../harness/job/ended.ts';
import { gate, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { signal } from '../../harness/job/signal.ts';
import { times } from '../../harness/job/together.ts';
import { tarOf } from '../../harness/servers/an-archive.ts';
import { flakyServer } from '../../harness/servers/flaky-server.ts';
import { litter } from '../../harness/storm/remains.ts';

const HOUR = 3_600_000;
const FILE = 'echo made > "$BUILD_ONCE_OUT/file"';

/** An own checkout that runs with a root, and with nothing of a runner in its environment. */
function site(root = tempDir(), folder = tempDir()) {
  mkdirSync(join(folder, '.git'), { recursive: true });
  const options = { cwd: folder, env: { BUILD_ONCE_ROOT: root } };
  return {
    root,
    folder,
    start: (...args: string[]) => startCli(['run', ...args], options),
    run: (...args: string[]) => runCli(['run', ...args], options),
  };
}

describe('what it prints', () => {
  test('is the path alone, and all else goes to standard error, without commands for a runner', async () => {
    const { root, run } = site();
    const built = await run('--key', 'sdk', '--run', `echo building; ${FILE}`);
    expect(built.code, built.err).toBe(0);
    const path = built.out.trimEnd();
    expect(built.out).toBe(`${path}\n`);
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('made\n');
    expect(dirname(dirname(path))).toBe(join(root, 'build-once/v1'));
    expect(built.err).toContain(`\nBuilding sdk\nbuilding\n"sdk": built, ${path}\n`);
    expect(built.err).not.toContain('::');
    const reused = await run('--key', 'sdk', '--run', `echo building; ${FILE}`);
    expect(reused).toMatchObject({ code: 0, out: built.out });
    expect(reused.err).toContain(`"sdk": reused, ${path}\n`);
  });

  test('with --json it is the outputs of the action', async () => {
    const { run } = site();
    const { out } = await run('--json', '--key', 'sdk', '--run', `${FILE}; echo 1.2 > "$BUILD_ONCE_IDENTITY"`);
    const outputs = JSON.parse(out);
    expect(outputs).toMatchObject({
      result: 'built',
      built: 'true',
      key: 'sdk',
      identity: '1.2',
      'cache-hit': 'false',
    });
    expect(existsSync(outputs.path)).toBe(true);
    const failed = await run('--json', '--key', 'broken', '--run', 'exit 7');
    expect([failed.code, JSON.parse(failed.out)]).toMatchObject([1, { result: '', key: 'broken', path: '' }]);
  });
});

test('a command gets its arguments as they are, however they are written', async () => {
  const { run } = site();
  const words = ['a b', '$HOME', '"', "'", '', '*', 'two\r\nlines', '--help', '--'];
  const script = 'for each; do printf "%s\\0" "$each"; done > "$BUILD_ONCE_OUT/words"';
  const { code, out, err } = await run('--key', 'words', '--', 'sh', '-c', script, 'sh', ...words);
  expect(code, err).toBe(0);
  expect(readFileSync(join(out.trim(), 'words'), 'utf8').split('\0').slice(0, -1)).toEqual(words);
  const other = await run('--key', 'words', '--', 'sh', '-c', script, 'sh', 'other');
  expect(other.err).toContain('Warning: ');
  expect(other.out).toBe(out);
});

test('a command that names the folder in an argument is told why it found none', async () => {
  const { code, err } = await site().run('--key', 'sdk', '--', 'touch', '/dev/null');
  expect(code).toBe(1);
  expect(err).toContain(`write --run '… "$BUILD_ONCE_OUT"' instead.`);
});

describe('its exit code', () => {
  const wrong: readonly (readonly [args: readonly string[], said: string])[] = [
    [['--run', 'true'], '- key is missing. '],
    [['--key', 'sdk-', '--run', 'true'], '- key "sdk-" ends with "-"'],
    [['--key', 'sdk', '--on-timeout', 'never'], '- on-timeout "never" is not an allowed value. '],
    [['--key', 'sdk', '--runn', 'true'], 'unknown option "--runn" (did you mean "--run"?)'],
    [['--key', 'sdk', '--key', 'other'], '--key is given more than once'],
    [['--key', 'sdk', '--force', '--no-force'], '--force and --no-force contradict each other'],
    [['--key', 'sdk', '--run', 'true', '--', 'true'], '--run and a command after -- are two builds'],
    [['--key', 'sdk', '--'], 'there is no command after --'],
    [['--key', 'sdk', 'true'], 'unexpected argument "true"'],
    [['--key', 'sdk', '--pid', 'me'], '--pid "me" is not the number of a process'],
    [['--repository', 'a/b', '--token-env', 'NO_TOKEN'], '--token-env names "NO_TOKEN", which is not set'],
    [['--key', 'sdk', '--link', '../out', '--run', 'true'], '- link "../out" leaves the workspace. '],
    [['--key', 'sdk', '--', '/no/such/program'], 'The program "/no/such/program" cannot be started'],
  ];

  test.each(wrong)('for %j is 2', async (args, said) => {
    const { code, out, err } = await site().run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('is 1 for a build that failed, whatever its own is, and 3 for a miss', async () => {
    const { run } = site();
    const failed = await run('--key', 'sdk', '--', 'sh', '-c', 'echo why >&2; exit 3');
    expect(failed).toMatchObject({ code: 1, out: '' });
    expect(failed.err).toContain('Error: The build of "sdk" failed with exit code 3.');
    for (const how of ['--lookup-only', '--no-build']) {
      const missed = await run('--key', 'sdk', how);
      expect(missed).toMatchObject({ code: 3, out: '' });
      expect(missed.err).toContain('Error: "sdk" is not in the cache, and was not to be built.\n');
    }
  });

  test('is 4 for a wait that took too long', async () => {
    const { start, run } = site();
    const { wait, open } = gate();
    const builder = start('--key', 'sdk', '--run', `echo ready; ${wait}; ${FILE}`);
    await builder.said('ready');
    expect(await run('--key', 'sdk', '--run', FILE, '--wait-timeout', '100ms')).toMatchObject({ code: 4, out: '' });
    open();
    expect((await builder.ended).code).toBe(0);
  });
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (name) => {
  test('ends the build and releases the lock, within 7 s, with exit code 130', async () => {
    const { root, start, run } = site();
    const { given, give } = signal();
    const stubborn = `trap '' INT TERM; echo $$ > "$BUILD_ONCE_OUT/pid"; ${give}; while :; do sleep 1; done`;
    const interrupted = start('--key', 'sdk', '--', 'sh', '-c', stubborn);
    await given;
    const began = performance.now();
    interrupted.child.kill(name);
    const { code, out, err } = await interrupted.ended;
    expect([code, out]).toEqual([130, '']);
    expect(err).toContain(`Error: Cancelled by ${name}: nothing unfinished was published, and the lock is released.`);
    expect(performance.now() - began).toBeLessThan(7000);
    expect(litter(root)).toEqual([]);
    expect((await run('--key', 'sdk', '--run', FILE)).code).toBe(0);
  });
});

test('of eight at once one builds, and the others wait and say for whom', async () => {
  const { start, folder } = site();
  const [{ wait, open }, builds] = [gate(), ledger()];
  const script = `echo ready; ${builds.note}; ${wait}; ${FILE}`;
  const all = times(8, 0).map(() => start('--json', '--key', 'sdk', '--run', script));
  const builder = await Promise.race(all.map((each) => each.said('ready').then(() => each)));
  await Promise.all(all.filter((each) => each !== builder).map((each) => each.said(`Waiting for ${folder}`)));
  open();
  const ends = await Promise.all(all.map(({ ended }) => ended));
  expect(ends.map(({ code }) => code)).toEqual(times(8, 0));
  const outputs = ends.map(({ out }) => JSON.parse(out));
  expect(outputs.map(({ result }) => result).sort()).toEqual(['built', ...times(7, 'waited')]);
  expect(new Set(outputs.map(({ path }) => path)).size).toBe(1);
  expect(builds.lines()).toHaveLength(1);
});

describe('the cache', () => {
  test('of a person is in the home folder; a CI system has to name one', async () => {
    const home = tempDir();
    const person = { cwd: tempDir(), env: { HOME: home } };
    const { code, out, err } = await runCli(['run', '--key', 'sdk', '--run', FILE], person);
    expect(code, err).toBe(0);
    expect(out.startsWith(join(home, '.cache/build-once/build-once/v1/'))).toBe(true);
    const other = { ...person, env: { HOME: home, XDG_CACHE_HOME: join(home, 'xdg') } };
    expect((await runCli(['run', '--key', 'sdk', '--run', FILE], other)).out).toContain(join(home, 'xdg/build-once'));
    for (const system of [{ CI: 'true' }, { BUILDKITE: 'true' }, { JENKINS_HOME: '/jenkins' }]) {
      const ci = await runCli(['run', '--key', 'sdk', '--run', FILE], { ...person, env: { HOME: home, ...system } });
      expect(ci.code).toBe(2);
      expect(ci.err).toContain('--root is missing. Set BUILD_ONCE_ROOT for all jobs');
    }
  });

  test('of a person is the one that list looks at too', async () => {
    const env = { HOME: tempDir() };
    const none = await runCli(['list'], { env });
    expect(none.code).toBe(2);
    await runCli(['run', '--key', 'sdk', '--run', FILE], { cwd: tempDir(), env });
    expect((await runCli(['list'], { env })).out).toMatch(/^sdk /m);
  });

  test('of a person that cannot be made is an error that names it', async () => {
    const env = { HOME: '/proc/nowhere' };
    const { code, out, err } = await runCli(['run', '--key', 'sdk', '--run', FILE], { cwd: tempDir(), env });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^The cache of this user cannot be made at \/proc\/nowhere\/\S+: ENOENT.*: --root DIR, or .*\n$/,
    );
  });

  test('may be named relative to the current folder', async () => {
    const { folder, run } = site();
    expect((await run('--root', 'own', '--key', 'sdk', '--run', FILE)).out).toContain(`${join(folder, 'own')}/`);
  });
});

describe('who shares a key', () => {
  test('is a checkout, from each of its folders, and no other one unless a scope says so', async () => {
    const one = site();
    const two = site(one.root);
    const inside = site(one.root, join(one.folder, 'below'));
    const build = ['--key', 'sdk', '--run', FILE];
    const { out } = await one.run(...build);
    const subfolder = join(one.folder, 'sub');
    mkdirSync(subfolder);
    const env = { BUILD_ONCE_ROOT: one.root };
    expect((await runCli(['run', ...build], { cwd: subfolder, env })).out).toBe(out);
    for (const other of [two, inside]) expect((await other.run(...build)).out).not.toBe(out);
    const shared = await one.run(...build, '--scope', 'team');
    expect((await two.run(...build, '--scope', 'team')).out).toBe(shared.out);
    expect(shared.out).not.toBe(out);
  });

  test('is the same repository as for the action, in a script of a workflow', async () => {
    const root = tempDir();
    const { outputs } = await runJob({ root, inputs: { key: 'sdk', run: FILE } });
    const env = {
      RUNNER_TOOL_CACHE: root,
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'octo/tools',
      INPUT_KEY: 'other',
    };
    const cwd = tempDir();
    const { out, err } = await runCli(['run', '--key', 'sdk', '--run', FILE], { cwd, env });
    expect(out.trim(), err).toBe(outputs.path);
    const built = await runCli(['run', '--key', 'new', '--run', FILE], { cwd, env });
    expect(built.err).toContain('::group::Building new\n');
    expect(built.out).not.toContain('::');
  });

  test('says who builds, for a job of the action that waits', async () => {
    const root = tempDir();
    const { wait, open } = gate();
    const env = { BUILD_ONCE_ROOT: root, GITLAB_CI: 'true', CI_PROJECT_URL: 'https://gitlab.example/team/app' };
    const names = {
      CI_PROJECT_PATH: 'team/app',
      CI_JOB_NAME: 'sdk',
      CI_JOB_URL: 'https://gitlab.example/team/app/-/jobs/7',
    };
    const script = `echo ready; ${wait}; ${FILE}`;
    const builder = startCli(['run', '--key', 'sdk', '--scope', 'shared', '--run', script], {
      env: { ...env, ...names },
    });
    await builder.said('ready');
    const waiter = startJob({ root, inputs: { key: 'sdk', scope: 'shared', run: script } });
    await waiter.said(/Waiting for team\/app, job sdk \(.*\), https:\/\/gitlab\.example\/team\/app\/-\/jobs\/7/);
    open();
    await Promise.all([builder.ended, waiter.ended]);
    expect(waiter.outputs).toMatchObject({ result: 'waited', 'built-by': 'https://gitlab.example/team/app/-/jobs/7' });
  });
});

describe('a build that was handed out stays', () => {
  const prune = (root: string) => runCli(['prune', '--root', root, '--max-age', '0', '--grace', '0']);

  test('for 6 hours, also if it was handed out before', async () => {
    const { root, run } = site();
    const { out } = await run('--key', 'sdk', '--run', FILE);
    makeOlder(root, 'sdk', 7 * HOUR);
    await run('--key', 'sdk', '--run', FILE);
    expect((await prune(root)).out).toContain('a job uses it');
    expect(existsSync(out.trim())).toBe(true);
    makeOlder(root, 'sdk', 7 * HOUR);
    expect((await prune(root)).out).toContain('removed sdk');
  });

  test('for as long as the process of --pid lives', async () => {
    const { root, run } = site();
    const sleeper = spawn('sleep', ['600']);
    const args = ['--key', 'sdk', '--run', FILE, '--pid', `${sleeper.pid}`];
    await run(...args);
    await run(...args);
    makeOlder(root, 'sdk', 7 * HOUR);
    expect((await prune(root)).out).toContain('a job uses it');
    sleeper.kill('SIGKILL');
    await once(sleeper, 'exit');
    expect((await prune(root)).out).toContain('removed sdk');
    expect((await run(...args)).err).toContain(`--pid ${sleeper.pid}: there is no such process`);
  });
});

test('what is fetched needs no key, and a secret is named by its variable', async () => {
  const server = await flakyServer(tarOf({ path: 'tool/bin', content: 'tool' }));
  const { root, folder } = site();
  const options = { cwd: folder, env: { BUILD_ONCE_ROOT: root, AUTH: 'Authorization: Bearer s3cret' } };
  const args = [
    'run',
    '--url',
    server.url('tool.tar'),
    '--strip',
    '1',
    '--headers',
    'Accept: */*',
    '--headers-env',
    'AUTH',
  ];
  const { code, out, err } = await runCli([...args, '--link', 'deps/tool'], options);
  expect(code, err).toBe(0);
  expect(readdirSync(out.trim())).toEqual(['bin']);
  expect(readFileSync(join(folder, 'deps/tool/bin'), 'utf8')).toBe('tool');
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer s3cret']);
  expect(err).not.toContain('s3cret');
});

test('a build of its own is in a folder of its own, whatever others put among the temporary files', async () => {
  const { root, folder } = site();
  const shared = tempDir();
  symlinkSync(tempDir(), join(shared, 'build-once'));
  const args = ['run', '--no-enabled', '--key', 'sdk', '--run', FILE];
  const { code, out, err } = await runCli(args, { cwd: folder, env: { BUILD_ONCE_ROOT: root, TMPDIR: shared } });
  expect(code, err).toBe(0);
  expect(err).toContain('"sdk": private, ');
  const own = dirname(out.trim());
  expect([dirname(own), readFileSync(join(out.trim(), 'file'), 'utf8')]).toEqual([shared, 'made\n']);
  expect(basename(own)).toMatch(/^build-once-\w{6}$/);
  expect(readdirSync(shared).sort()).toEqual([basename(own), 'build-once'].sort());
  const failed = await runCli([...args.slice(0, -1), 'exit 1'], {
    cwd: folder,
    env: { BUILD_ONCE_ROOT: root, TMPDIR: shared },
  });
  expect([failed.code, readdirSync(shared).length]).toEqual([1, 2]);
});

test('a reader that goes away does not disturb it', async () => {
  const { root, folder, run } = site();
  const env = { BUILD_ONCE_ROOT: root };
  const closing = ['sh', '-c', '"$@" | true', 'sh'];
  await runCli(['run', '--key', 'sdk', '--run', FILE], { cwd: folder, env, wrapper: closing });
  const { err } = await run('--key', 'sdk', '--run', FILE);
  expect(err).toContain('"sdk": reused');
});
