import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesWith } from '../../harness/disks/shared.ts';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { expectCheckout, Repository } from '../../harness/servers/git-repository.ts';
import { HttpGitServer } from '../../harness/servers/git-server.ts';

const TOKEN = 'ghs_notForOthers1234';
const CONTENT = 'large\n';
const OID = createHash('sha256').update(CONTENT).digest('hex');
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize ${CONTENT.length}\n`;
const FILES = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'data.bin': POINTER };

const hasLfs = spawnSync('git', ['lfs', 'version']).status === 0;
const needsLfs = hasLfs ? '' : ' (skipped: git-lfs is not installed here)';

/** A repository and a submodule, both with a file of LFS. */
async function scene() {
  const root = tempDir();
  const server = await new HttpGitServer().open();
  server.token = TOKEN;
  server.objects.set(OID, CONTENT);
  const part = new Repository(server.projects, 'part.git').commit(FILES);
  const repository = new Repository(server.projects, 'plugin.git');
  repository.commit(FILES);
  const commit = repository.submodule('part', '../part.git', part);
  const inputs = { repository: `${server.url}/plugin.git`, ref: 'main', token: TOKEN, submodules: 'true' };
  return { root, server, commit, inputs };
}

test.runIf(hasLfs)(`with lfs, its files are there whatever the host has set up${needsLfs}`, async () => {
  const { root, inputs, commit } = await scene();
  const env = { GIT_CONFIG_SYSTEM: '/dev/null', HOME: tempDir() };
  const job = await runJob({ root, inputs: { ...inputs, lfs: 'true' }, env });
  expectCheckout(job, commit, { 'data.bin': CONTENT, 'part/data.bin': CONTENT });
  expect(filesWith(root, TOKEN)).toEqual([]);
});

test.runIf(hasLfs)(`without lfs, nothing of it is fetched where the host has set it up${needsLfs}`, async () => {
  const { root, server, inputs, commit } = await scene();
  const home = tempDir();
  execFileSync('git', ['lfs', 'install', '--skip-repo'], { cwd: home, env: { PATH: process.env.PATH, HOME: home } });
  const job = await runJob({ root, inputs, env: { HOME: home } });
  expect(job.outputs.identity, job.log).toBe(commit);
  expect(readFileSync(join(job.outputs.path ?? '', 'data.bin'), 'utf8')).toBe(POINTER);
  expect(server.asked.filter(({ url }) => url.includes('/lfs/'))).toEqual([]);
});
