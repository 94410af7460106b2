import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Job, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { expectCheckout, git, large, Repository } from '../../harness/servers/git-repository.ts';
import { HttpGitServer } from '../../harness/servers/git-server.ts';
import { litter } from '../../harness/storm/remains.ts';

/** A repository on a server, and steps that share one cache. */
async function scene(env: Readonly<Record<string, string>> = {}) {
  const root = tempDir();
  const server = await new HttpGitServer().open();
  const repository = new Repository(server.projects, 'plugin.git');
  const url = `${server.url}/plugin.git`;
  const step = (
    ref: string,
    inputs: Readonly<Record<string, string>> = {},
  ): Promise<Job & { end: { code: number | null } }> =>
    runJob({ root, env, inputs: { repository: url, ref, ...inputs } });
  return { root, server, repository, url, step };
}

function expectResult(job: Job & { end: { code: number | null } }, result: string): void {
  expect(job.end.code, job.log).toBe(0);
  expect(job.outputs.result, job.log).toBe(result);
}

/** The settings with which a job makes its git speak the first protocol, as old servers do. */
const PROTOCOL_0 = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'protocol.version', GIT_CONFIG_VALUE_0: '0' };

describe.each([
  ['today', {}],
  ['by the first protocol', PROTOCOL_0],
])('what `ref` may be, %s', (_name, env) => {
  test('a branch, a tag, an annotated tag, a commit, the start of one, or nothing', async () => {
    const { root, repository, step } = await scene(env);
    repository.commit({ a: 'before' });
    // No branch and no light tag is at the first one: a server that refuses names of commits refuses this one's.
    const first = repository.commit({ a: 'first' });
    repository.tag('v1.0.0', 'the first');
    const second = repository.commit({ a: 'second' });
    repository.tag('light');
    const main = repository.commit({ a: 'main' });
    const aside = repository.commit({ a: 'aside' }, 'feature/aside');
    const refs = { main, light: second, 'v1.0.0': first, 'refs/tags/v1.0.0': first, 'feature/aside': aside };
    const commits = { [first]: first, [second.toUpperCase()]: second, [first.slice(0, 8)]: first, '': main };
    for (const [ref, commit] of Object.entries({ ...refs, ...commits })) {
      const job = await step(ref);
      expectResult(job, 'built');
      expectCheckout(job, commit, { a: { [first]: 'first', [second]: 'second', [main]: 'main' }[commit] ?? 'aside' });
      // More than asked for is fetched only where nothing less has it.
      if (refs[ref as 'main']) expect(git(job.outputs.path ?? '', 'rev-list', '--count', 'HEAD')).toBe('1');
    }
    expect(litter(root)).toEqual([]);
  });
});

describe('a ref', () => {
  test('that names a branch and a tag is the branch', async () => {
    const { repository, step } = await scene();
    repository.commit({ a: 'first' });
    repository.tag('both');
    const branch = repository.commit({ a: 'second' }, 'both');
    expectCheckout(await step('both'), branch, { a: 'second' });
  });

  test.each(['nope', 'abc1234', '0123456789012345678901234567890123456789'])(
    'that is not there (%s) is named with its repository, after one try',
    async (ref) => {
      const { root, server, url, repository, step } = await scene();
      repository.commit({ a: 'first' });
      const job = await step(ref, { attempts: '1' });
      expect(job.end.code).toBe(1);
      expect(job.log).toContain(`::error::ref: "${ref}" is not a branch, tag or commit of ${url}. `);
      expect(job.log).not.toContain('Next try');
      expect(server.looks + server.fetches).toBeLessThan(6);
      expect(litter(root)).toEqual([]);
    },
  );

  test('of an empty repository says so', async () => {
    const { step } = await scene();
    expect((await step('', { attempts: '1' })).log).toMatch(
      /::error::repository: .* has no default branch, or no commit/,
    );
  });
});

describe('how much is fetched', () => {
  test('one commit, unless depth says more', async () => {
    const { repository, step } = await scene();
    for (const a of ['1', '2', '3']) repository.commit({ a });
    repository.tag('v3', 'three');
    const commits = async (depth: string) =>
      git((await step('main', { depth })).outputs.path ?? '', 'rev-list', '--count', 'HEAD');
    expect([await commits('1'), await commits('2'), await commits('0')]).toEqual(['1', '2', '3']);
    const whole = await step('main', { depth: '0' });
    expectResult(whole, 'reused');
    expect(git(whole.outputs.path ?? '', 'describe')).toBe('v3');
  });

  test('with a filter, all that the worktree needs', async () => {
    const { repository, step } = await scene();
    git(repository.bare, 'config', 'uploadpack.allowFilter', 'true');
    repository.commit({ 'old.txt': 'old' });
    rmSync(join(repository.work, 'old.txt'));
    const commit = repository.commit({ 'new.txt': 'new', 'deep/er.txt': 'er' });
    for (const filter of ['blob:none', 'tree:0']) {
      const job = await step('main', { filter, depth: '0' });
      expectResult(job, 'built');
      expectCheckout(job, commit, { 'new.txt': 'new', 'deep/er.txt': 'er' });
      expect(() => git(job.outputs.path ?? '', 'show', 'HEAD~1:old.txt')).toThrow();
    }
  });
});

describe('a branch that moves', () => {
  test('stays what it was without update, and asks nobody', async () => {
    const { server, repository, step } = await scene();
    const first = repository.commit({ a: 'first' });
    expectResult(await step('main'), 'built');
    repository.commit({ a: 'second' });
    const asked = server.asked.length;
    const job = await step('main');
    expectResult(job, 'reused');
    expectCheckout(job, first, { a: 'first' });
    expect(job.log).toContain(`reused, already checked out (${first.slice(0, 7)}), /`);
    expect(server.asked).toHaveLength(asked);
  });

  test('is another entry with update, for one question a step', async () => {
    const { root, server, repository, step } = await scene();
    const update = { update: 'true' };
    const first = repository.commit({ a: 'first' });
    expectResult(await step('main', update), 'built');
    expect([server.looks, server.fetches]).toEqual([1, 1]);
    const second = repository.commit({ a: 'second' });
    const job = await step('main', update);
    expectResult(job, 'built');
    expectCheckout(job, second, { a: 'second' });
    expect([server.looks, server.fetches]).toEqual([2, 2]);
    const same = await step('main', update);
    expectResult(same, 'reused');
    expect(same.outputs.path).toBe(job.outputs.path);
    git(repository.bare, 'update-ref', 'refs/heads/main', first);
    const back = await step('main', update);
    expectResult(back, 'reused');
    expectCheckout(back, first, { a: 'first' });
    expect([server.looks, server.fetches]).toEqual([4, 2]);
    expect(litter(root)).toEqual([]);
  });

  test('with update, a commit named in full is not asked for', async () => {
    const { server, repository, step } = await scene();
    const commit = repository.commit({ a: 'first' });
    expectResult(await step(commit, { update: 'true' }), 'built');
    expect([server.looks, server.fetches]).toEqual([0, 1]);
  });

  test('with update, a server that is down fails the step after three tries', async () => {
    const { server, url, repository, step } = await scene();
    repository.commit({ a: 'first' });
    expectResult(await step('main', { update: 'true' }), 'built');
    server.refusals.push(503, 503, 503);
    const job = await step('main', { update: 'true' });
    expect(job.end.code).toBe(1);
    expect(job.log).toContain(
      `::error::repository: ${url} cannot be reached, or closes the connection; it was tried 3 times; git says "`,
    );
    expect(server.refusals).toEqual([]);
  });
});

test('a server that fails once or twice is asked again', async () => {
  const { server, repository, step } = await scene();
  const commit = repository.commit({ a: 'first' });
  server.refusals.push(502, 429);
  const job = await step('main');
  expectResult(job, 'built');
  expectCheckout(job, commit, { a: 'first' });
  expect(job.log.match(/Next try in/g)).toHaveLength(2);
});

describe('a fetch that breaks off', () => {
  test('is tried again, and leaves nothing of the first try', async () => {
    const { root, server, url, repository } = await scene();
    // So many objects come as a pack, and so large a one is cut in the middle.
    const files = Array.from({ length: 200 }, (_, index) => [`file-${index}`, large().slice(0, 4000)]);
    const commit = repository.commit(Object.fromEntries(files));
    server.mode = 'cut';
    const job = startJob({ root, inputs: { repository: url, ref: 'main' } });
    await job.said('Next try in');
    server.mode = 'whole';
    await job.ended;
    expectCheckout(job, commit);
    const packs = readdirSync(join(job.outputs.path ?? '', '.git/objects/pack'));
    expect(packs.filter((name) => name.startsWith('tmp_'))).toEqual([]);
    expect(server.fetches).toBe(2);
  });

  test('every time is told as such after three tries', async () => {
    const { server, url, repository, step } = await scene();
    repository.commit({ a: large() });
    server.mode = 'cut';
    const job = await step('main', { attempts: '1' });
    expect(job.log).toContain(
      `::error::repository: ${url} cannot be reached, or closes the connection; it was tried 3 times; git says "`,
    );
    expect(server.fetches).toBe(3);
  });
});

describe('a published checkout', () => {
  test.each([
    [
      'another commit',
      (path: string) => git(path, 'checkout', '-q', 'HEAD~1'),
      /its HEAD is \w{7}, but \w{7} was checked out/,
    ],
    ['another branch', (path: string) => git(path, 'checkout', '-q', '-b', 'mine', 'HEAD~1'), /its HEAD is \w{7}, but/],
    ['no repository', (path: string) => rmSync(join(path, '.git'), { recursive: true }), /its HEAD is gone/],
    ['a damaged one', (path: string) => writeFileSync(join(path, '.git/HEAD'), ''), /its HEAD is no commit/],
  ])('that is %s now is checked out again', async (_what, change, told) => {
    const { root, repository, step } = await scene();
    repository.commit({ a: 'first' });
    const commit = repository.commit({ a: 'second' });
    const before = await step('main', { depth: '0' });
    change(before.outputs.path ?? '');
    const job = await step('main', { depth: '0' });
    expectResult(job, 'built');
    expect(job.log).toMatch(told);
    expectCheckout(job, commit, { a: 'second' });
    expect(job.outputs.path).not.toBe(before.outputs.path);
    expect(litter(root)).toEqual([]);
  });

  test('on a branch of its own at the same commit is what it was', async () => {
    const { repository, step } = await scene();
    repository.commit({ a: 'first' });
    const { path = '' } = (await step('main')).outputs;
    git(path, 'checkout', '-q', '-b', 'mine');
    expectResult(await step('main'), 'reused');
    git(path, 'pack-refs', '--all');
    expectResult(await step('main'), 'reused');
  });
});
