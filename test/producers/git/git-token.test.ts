import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesWith } from '../../harness/disks/shared.ts';
import { runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { expectCheckout, large, Repository } from '../../harness/servers/git-repository.ts';
import { commandLinesWith, HttpGitServer } from '../../harness/servers/git-server.ts';
import { litter } from '../../harness/storm/remains.ts';

const TOKEN = 'ghs_notForOthers1234';
const LOGIN = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');

/** A repository that only the token opens. */
async function scene() {
  const root = tempDir();
  const server = await new HttpGitServer().open();
  server.token = TOKEN;
  const repository = new Repository(server.projects, 'plugin.git');
  const url = `${server.url}/plugin.git`;
  const options = (inputs: Readonly<Record<string, string>> = {}) => {
    return { root, inputs: { repository: url, ref: 'main', attempts: '1', ...inputs } };
  };
  return { root, server, repository, url, options };
}

describe('the token', () => {
  test('opens the repository, and is in no file of the cache, no log and no command line', async () => {
    const { root, server, repository, options } = await scene();
    const commit = repository.commit({ a: 'first', b: 'b'.repeat(9) });
    const job = startJob(options({ token: TOKEN }));
    const seen: string[] = [];
    const look = setInterval(() => seen.push(...commandLinesWith(server.url)), 20);
    await job.ended;
    clearInterval(look);
    expectCheckout(job, commit, { a: 'first' });
    expect(seen.length).toBeGreaterThan(0);
    const told = [seen.join('\n'), job.log, job.summary, JSON.stringify(job.outputs)].join('\n');
    for (const secret of [TOKEN, LOGIN]) {
      expect(told).not.toContain(secret);
      expect(filesWith(root, secret)).toEqual([]);
    }
  });

  test('of the job opens what is on its own server, and nothing else', async () => {
    const { root, server, repository, options } = await scene();
    const commit = repository.commit({ a: 'first' });
    const inputs = { repository: 'plugins/one', 'job-token': TOKEN, ref: 'main', attempts: '1' };
    mkdirSync(join(server.projects, 'plugins'));
    execFileSync('cp', ['-r', repository.bare, join(server.projects, 'plugins/one')]);
    expectCheckout(await runJob({ root, inputs, env: { GITHUB_SERVER_URL: server.url } }), commit);
    const elsewhere = await runJob({
      ...options({ 'job-token': TOKEN }),
      env: { GITHUB_SERVER_URL: 'https://github.example' },
    });
    expect(elsewhere.log).toMatch(/::error::repository: .* asks for a login .* set `token`/);
  });

  test("that is missing or wrong is told after one try, and nobody else's login is tried for it", async () => {
    const { root, url, repository, options } = await scene();
    repository.commit({ a: 'first' });
    const without = await runJob(options());
    expect(without.log).toContain(`::error::repository: ${url} asks for a login`);
    const helper = join(tempDir(), 'asked');
    const script = `!f() { touch '${helper}'; echo username=x-access-token; echo password=${TOKEN}; }; f`;
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper', GIT_CONFIG_VALUE_0: script };
    const asker = join(tempDir(), 'askpass');
    writeFileSync(asker, `#!/bin/sh\ntouch '${helper}'\necho ${TOKEN}\n`, { mode: 0o755 });
    const wrong = await runJob({ ...options({ token: 'wrong' }), env: { ...env, GIT_ASKPASS: asker } });
    expect(wrong.log).toContain(`::error::token: ${url} rejects it. `);
    expect(`${without.log}${wrong.log}`).not.toContain('Next try');
    expect(existsSync(helper)).toBe(false);
    expect(litter(root)).toEqual([]);
    const withHelper = await runJob({ ...options(), env });
    expect(withHelper.outputs.result, withHelper.log).toBe('built');
  });

  test('is not sent to where its server redirects; without a token, redirects are followed', async () => {
    const { server, repository, url, options } = await scene();
    const other = await new HttpGitServer().open();
    server.redirect = other.url;
    new Repository(other.projects, 'plugin.git').commit({ a: 'other' });
    repository.commit({ a: 'first' });
    const job = await runJob(options({ token: TOKEN }));
    expect(job.log).toContain(`::error::repository: ${url} redirects to another address`);
    expect(other.asked).toEqual([]);
    const open = await runJob(options());
    expect(open.outputs.result, open.log).toBe('built');
  });

  test('is sent to submodules of the same origin, and not to those of another', async () => {
    const { server, repository, options } = await scene();
    const other = await new HttpGitServer().open();
    const near = new Repository(server.projects, 'near.git').commit({ n: 'near' });
    const deep = new Repository(server.projects, 'deep.git').commit({ d: 'deep' });
    const far = new Repository(other.projects, 'far.git');
    far.commit({ f: 'far' });
    const farther = far.submodule('deep', `${server.url}/deep.git`, deep);
    far.commit({ f: 'newer' });
    repository.commit({ a: 'first' });
    repository.submodule('near', '../near.git', near);
    const commit = repository.submodule('far', `${other.url}/far.git`, farther);
    const modules = { 'near/n': 'near', 'far/f': 'far' };
    const all = await runJob(options({ token: TOKEN, submodules: 'recursive' }));
    expectCheckout(all, commit, { ...modules, 'far/deep/d': 'deep' });
    const some = await runJob(options({ token: TOKEN, submodules: 'true' }));
    expectCheckout(some, commit, modules);
    expect(existsSync(join(some.outputs.path ?? '', 'far/deep/d'))).toBe(false);
    expect(other.asked.length).toBeGreaterThan(0);
    expect(other.asked.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(filesWith(options().root, TOKEN)).toEqual([]);
    const none = await runJob(options({ token: TOKEN }));
    expect(existsSync(join(none.outputs.path ?? '', 'near/n'))).toBe(false);
  });
});

describe('of this host', () => {
  test('no hook, no template and no git folder of the job gets into a checkout', async () => {
    const { repository, options } = await scene();
    const commit = repository.commit({ a: 'first' });
    const home = tempDir();
    const ran = join(home, 'ran');
    for (const folder of ['hooks', 'template/hooks']) {
      mkdirSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, folder, 'post-checkout'), `#!/bin/sh\ntouch '${ran}'\n`);
      chmodSync(join(home, folder, 'post-checkout'), 0o755);
    }
    const sections = [
      `[core]\nhooksPath = ${home}/hooks`,
      `[init]\ntemplateDir = ${home}/template`,
      '[fetch]\nprune = true',
    ];
    writeFileSync(join(home, '.gitconfig'), sections.join('\n'));
    const env = { HOME: home, GIT_DIR: join(home, 'elsewhere'), GIT_INDEX_FILE: join(home, 'index') };
    const job = await runJob({ ...options({ token: TOKEN }), env });
    expectCheckout(job, commit, { a: 'first' });
    expect(existsSync(ran)).toBe(false);
    const { path = '' } = job.outputs;
    for (const name of ['hooks', 'logs', 'FETCH_HEAD']) expect(existsSync(join(path, '.git', name)), name).toBe(false);
    expect(readFileSync(join(path, '.git/config'), 'utf8')).not.toContain(home);
  });

  test.each([
    ['none', '', /::error::The program "git" is not on this runner/],
    [
      'an old one',
      'echo git version 2.25.1',
      /::error::repository: git version 2\.25\.1 is too old here: install git 2\.31 or newer/,
    ],
    [
      'one without LFS',
      `[ "$1" = lfs ] && exit 1; exec ${programPath('git')} "$@"`,
      /::error::lfs: git-lfs is not installed/,
    ],
  ])('git is %s: said before anything is fetched', async (_what, script, told) => {
    const { server, options } = await scene();
    const bin = tempDir();
    if (script !== '') writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const job = await runJob({ ...options({ lfs: 'true' }), env: { PATH: bin } });
    expect(job.end.code).toBe(1);
    expect(job.log).toMatch(told);
    expect(server.asked).toEqual([]);
  });
});

describe('while the server is asked which commit it is', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)('%s leaves nothing', async (signal) => {
    const { root, server, repository, options } = await scene();
    repository.commit({ a: 'first' });
    const reached = server.stallLooks();
    const job = startJob(options({ token: TOKEN }));
    await reached;
    job.kill(signal);
    await job.ended;
    if (signal === 'SIGINT') expect([...litter(root), ...commandLinesWith(server.url)]).toEqual([]);
    server.mode = 'whole';
    const next = await runJob(options({ token: TOKEN }));
    expect(next.outputs.result, next.log).toBe('built');
    expect([...litter(root), ...commandLinesWith(server.url)]).toEqual([]);
  });

  test('`build-timeout` ends it', async () => {
    const { root, server, repository, options } = await scene();
    repository.commit({ a: 'first' });
    const reached = server.stallLooks();
    const job = await runJob(options({ token: TOKEN, 'build-timeout': '2s' }));
    await reached;
    expect(job.log).toMatch(/::error::`git ls-remote` gave no answer within (2|1\.\d) s/);
    expect([...litter(root), ...commandLinesWith(server.url)]).toEqual([]);
  });
});

test('`build-timeout` ends a fetch that stands still', async () => {
  const { root, server, repository, options } = await scene();
  repository.commit({ a: 'first', large: large() });
  const reached = server.stall();
  const job = await runJob(options({ token: TOKEN, 'build-timeout': '4s' }));
  await reached;
  expect(job.log).toMatch(/::error::repository: fetching .* took longer than `build-timeout`, 4 s/);
  expect([...litter(root), ...commandLinesWith(server.url)]).toEqual([]);
});

function programPath(name: string): string {
  return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
}
