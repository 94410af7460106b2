import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { expectCheckout, git, Repository } from '../../harness/servers/git-repository.ts';
import { HttpGitServer } from '../../harness/servers/git-server.ts';

const PROTOCOL_0 = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'protocol.version', GIT_CONFIG_VALUE_0: '0' };

/** A server that gives out the files of repositories as they are, and knows nothing of git. */
async function fileServer(dir: string): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    try {
      const content = readFileSync(join(dir, new URL(url, 'http://h').pathname));
      response.writeHead(200, { 'content-length': content.length }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a repository on a web server that knows nothing of git is fetched as a whole, and that is said', async () => {
  const projects = tempDir();
  const repository = new Repository(projects, 'plugin.git');
  repository.commit({ a: 'before' });
  const commit = repository.commit({ a: 'now' });
  git(repository.bare, 'update-server-info');
  const url = `${await fileServer(projects)}/plugin.git`;
  const job = await runJob({ root: tempDir(), inputs: { repository: url, ref: 'main' } });
  expectCheckout(job, commit, { a: 'now' });
  expect(job.log).toContain('so all branches and tags are fetched.');
});

test.each([
  ['true', 1],
  ['recursive', 2],
])('a submodule that a server does not send alone is fetched with its history (%s)', async (submodules, levels) => {
  const server = await new HttpGitServer().open();
  const repositories = ['plugin', 'lib', 'deep'].map((name) => new Repository(server.projects, `${name}.git`));
  const [plugin, lib, deep] = repositories as [Repository, Repository, Repository];
  const deepCommit = deep.commit({ d: '1' });
  deep.commit({ d: '2' });
  lib.commit({ l: '1' });
  const libCommit = lib.submodule('deep', `${server.url}/deep.git`, deepCommit);
  lib.commit({ l: '2' });
  plugin.commit({ p: '1' });
  const commit = plugin.submodule('lib', '../lib.git', libCommit);
  const inputs = { repository: `${server.url}/plugin.git`, submodules };
  const job = await runJob({ root: tempDir(), env: PROTOCOL_0, inputs });
  expectCheckout(job, commit, { 'lib/l': '1', ...(levels === 2 && { 'lib/deep/d': '1' }) });
  expect(job.log).toContain('A server refuses to send a submodule without its history, so all of it is fetched.');
});

test.each([
  ['an annotated tag', 'a message', 'false'],
  ['a light tag', undefined, 'false'],
  ['a tag that may move', 'a message', 'true'],
])('a checkout of %s has that tag, and is still one commit', async (_what, message, update) => {
  const server = await new HttpGitServer().open();
  const repository = new Repository(server.projects, 'plugin.git');
  repository.commit({ a: '1' });
  const commit = repository.commit({ a: '2' });
  repository.tag('v1.0', message);
  repository.commit({ a: '3' });
  const job = await runJob({
    root: tempDir(),
    inputs: { repository: `${server.url}/plugin.git`, ref: 'v1.0', update },
  });
  expectCheckout(job, commit, { a: '2' });
  const path = job.outputs.path ?? '';
  expect(git(path, 'describe', '--tags', '--exact-match')).toBe('v1.0');
  expect(git(path, 'rev-list', '--count', 'HEAD')).toBe('1');
});

test.each(['git@127.0.0.1:lib.git', 'ssh://git@127.0.0.1/lib.git'])(
  'a submodule at %s on the server of the token is fetched with it, unless there is an agent with keys',
  async (address) => {
    const server = await new HttpGitServer().open();
    const [plugin, lib] = ['plugin', 'lib'].map((name) => new Repository(server.projects, `${name}.git`));
    const libCommit = lib?.commit({ l: '1' }) ?? '';
    plugin?.commit({ p: '1' });
    const commit = plugin?.submodule('lib', address, libCommit) ?? '';
    server.token = 'sesame';
    const step = (env: Readonly<Record<string, string>>) =>
      runJob({
        root: tempDir(),
        env: { GIT_SSH_COMMAND: 'false', ...env },
        inputs: { repository: `${server.url}/plugin.git`, submodules: 'true', token: 'sesame', attempts: '1' },
      });
    const job = await step({});
    expectCheckout(job, commit, { 'lib/l': '1' });
    expect(readFileSync(join(job.outputs.path ?? '', '.gitmodules'), 'utf8')).toContain(address);
    expect((await step({ SSH_AUTH_SOCK: '/run/agent' })).end.code).toBe(1);
  },
);

test('where git failed, the error quotes its line, without what may be a secret', async () => {
  const server = await new HttpGitServer().open();
  const plugin = new Repository(server.projects, 'plugin.git');
  plugin.commit({ p: '1' });
  plugin.submodule('lib', 'odd://user:SECRET@host/lib.git?key=SECRET', '1'.repeat(40));
  const inputs = { repository: `${server.url}/plugin.git`, submodules: 'true', attempts: '1' };
  const job = await runJob({ root: tempDir(), inputs });
  const error = /^::error::.*$/m.exec(job.log)?.[0];
  expect(error).toMatch(/`git submodule` of .* failed; git says "(?:fatal|error): .+"\./);
  expect(error).not.toContain('SECRET');
});
