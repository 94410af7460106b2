import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathsBelow } from '../harness/disks/shared.ts';
import { runCli } from '../harness/job/cli.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { flakyServer } from '../harness/servers/flaky-server.ts';
import { expectCheckout, git, Repository } from '../harness/servers/git-repository.ts';
import { HttpGitServer } from '../harness/servers/git-server.ts';
import { sha256Of } from '../producers/url/fetching.ts';

const TOKEN = 'ghs_notForOthers1234';

async function files() {
  const content = Buffer.from('a tool');
  const server = await flakyServer(content);
  return { url: server.url('tool'), seen: server.seen, sha256: sha256Of(content), root: tempDir() };
}

/** A repository `plugins/one` on a GitHub server that a token opens. */
async function gitHub() {
  const server = await new HttpGitServer().open();
  server.token = TOKEN;
  const repository = new Repository(server.projects, 'plugin.git');
  const publish = () => {
    mkdirSync(join(server.projects, 'plugins'));
    execFileSync('cp', ['-r', repository.bare, join(server.projects, 'plugins/one')]);
  };
  return { server, repository, publish, env: { GITHUB_SERVER_URL: server.url }, root: tempDir() };
}

test('checksum pins a download, and its build is reused by a step that writes sha256', async () => {
  const { root, url, sha256, seen } = await files();
  const built = await runJob({ root, inputs: { url, checksum: sha256 } });
  expect(built.outputs, built.log).toMatchObject({ result: 'built', identity: `sha256:${sha256}` });
  const reused = await runJob({ root, inputs: { url, sha256 } });
  expect(reused.outputs, reused.log).toMatchObject({ result: 'reused', path: built.outputs.path });
  expect(seen).toHaveLength(1);
  const wrong = await runJob({ root, inputs: { url, checksum: 'ab'.repeat(32), attempts: '1' } });
  expect([wrong.end.code, wrong.outputs.result]).toEqual([1, '']);
});

test('fetch-depth and github-token fetch all commits of a repository that a token opens', async () => {
  const { root, server, repository, publish, env } = await gitHub();
  const commits = ['1', '2', '3'].map((a) => repository.commit({ a }));
  publish();
  const inputs = { repository: 'plugins/one', ref: 'main', 'fetch-depth': '0', 'github-token': TOKEN, attempts: '1' };
  const job = await runJob({ root, env, inputs });
  expectCheckout(job, commits[2] ?? '', { a: '3' });
  expect(git(job.outputs.path ?? '', 'rev-list', '--count', 'HEAD')).toBe('3');
  expect(job.log).not.toContain(TOKEN);
  const before = server.looks + server.fetches;
  const elsewhere = await runJob({ root, env, inputs: { ...inputs, repository: `${server.url}/plugins/one` } });
  expect(elsewhere.log).toContain('- github-token was given with the address of a repository');
  expect(server.looks + server.fetches).toBe(before);
});

test('two names of one input that differ end the step before it does anything', async () => {
  const { root, url, seen, sha256 } = await files();
  const job = await runJob({ root, inputs: { url, checksum: sha256, sha256: 'ab'.repeat(32) } });
  expect(job.end.code).toBe(1);
  expect(job.log).toContain(
    `checksum "${sha256}" and sha256 "${'ab'.repeat(32)}" are one input, and say different things.`,
  );
  expect([seen.length, pathsBelow(root)]).toEqual([0, []]);
});

test('the command line takes them as options, and a secret by its variable', async () => {
  const { root, url, sha256 } = await files();
  const cwd = tempDir();
  const run = (...args: string[]) => runCli(['run', '--root', root, ...args], { cwd });
  const built = await run('--url', url, '--checksum', sha256);
  expect(built.code, built.err).toBe(0);
  expect((await run('--url', url, '--sha256', sha256)).out).toBe(built.out);
  const both = await run('--url', url, '--sha256', 'ab'.repeat(32), '--checksum', sha256);
  expect([both.code, both.out]).toEqual([2, '']);
  expect(both.err).toContain('are one input, and say different things. Write one of the two.');
  expect((await run('--url', url, '--checksum', 'a', '--checksum', 'b')).err).toContain(
    '--checksum is given more than once',
  );
  expect((await run('--repository', 'a/b', '--github-token', 'SECRET')).err).toContain('"--github-token-env"');
  expect((await run('--repository', 'a/b', '--github-token-env', 'NONE')).err).toContain(
    '--github-token-env names "NONE"',
  );
});
