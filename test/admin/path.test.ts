import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../harness/job/cli.ts';
import { endJobs, makeOlder } from '../harness/job/ended.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { keyFolders } from '../harness/storm/remains.ts';

const RUN = 'echo made > "$BUILD_ONCE_OUT/file"';
const HOUR = 3_600_000;

function built(root: string, more: Readonly<Record<string, string>> = {}) {
  return runJob({ root, inputs: { key: 'sdk', run: RUN, ...more } });
}

function pathOf(root: string, ...args: string[]) {
  // What a pool asks of its steps does not disturb it.
  const env = { BUILD_ONCE_FORCE: 'true', BUILD_ONCE_ENABLED: 'false' };
  return runCli(['path', ...args, '--root', root], { env });
}

test('path prints where the build of a key is, in whichever scope, and nothing else', async () => {
  const root = tempDir();
  const { outputs } = await built(root);
  await built(root, { key: 'sdk-2' });
  expect(await pathOf(root, 'sdk')).toEqual({ code: 0, out: `${outputs.path}\n`, err: '' });
  expect(await pathOf(root, basename(dirname(outputs.path ?? '')))).toMatchObject({
    code: 0,
    out: `${outputs.path}\n`,
  });
  const { out } = await pathOf(root, 'sdk', '--json');
  expect(JSON.parse(out)).toMatchObject({ result: 'reused', path: outputs.path, key: 'sdk' });
});

test('a build that is relocatable, or for any platform, is one too', async () => {
  const root = tempDir();
  for (const more of [{ relocatable: 'true' }, { platform: 'any' }]) {
    const [name = ''] = Object.keys(more);
    const { outputs } = await built(root, { key: name, ...more });
    expect((await pathOf(root, name)).out).toBe(`${outputs.path}\n`);
  }
});

test('of several, each is told by its scope, and one is to be named', async () => {
  const root = tempDir();
  const { outputs: own } = await built(root);
  const { outputs: shared } = await built(root, { scope: 'shared' });
  const { code, out, err } = await pathOf(root, 'sdk');
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^build-once: the key "sdk" has several builds: /);
  for (const each of [own, shared]) expect(err).toContain(`(${basename(dirname(each.path ?? ''))})`);
  expect(err).toContain('--scope "shared" (');
  expect((await pathOf(root, 'sdk', '--scope', 'shared')).out).toBe(`${shared.path}\n`);
  expect((await pathOf(root, 'sdk', '--scope', 'octo/tools')).out).toBe(`${own.path}\n`);
  // Of one scope, the folders tell them apart.
  const { outputs: any } = await built(root, { scope: 'shared', platform: 'any' });
  expect((await pathOf(root, 'sdk', '--scope', 'shared')).code).toBe(2);
  expect((await pathOf(root, basename(dirname(any.path ?? '')))).out).toBe(`${any.path}\n`);
});

test('there is none for another platform, of a damaged key, or of a key that nobody built', async () => {
  const root = tempDir();
  await built(root, { key: 'tool', tool: 'tool', version: '1.0.0', arch: 'riscv64' });
  const other = await pathOf(root, 'tool');
  expect([other.code, other.out]).toEqual([3, '']);
  expect(other.err).toMatch(/has no build of the key "tool" for this machine; there are some for \w+-riscv64/);
  const { outputs } = await built(root);
  writeFileSync(join(dirname(outputs.path ?? ''), 'entry/manifest.json'), '{');
  for (const key of ['sdk', 'nothing']) {
    const err = `${root} has no build of the key "${key}". See build-once list\n`;
    expect(await pathOf(root, key)).toEqual({ code: 3, out: '', err });
  }
  expect((await pathOf(tempDir(), 'sdk')).code).toBe(3);
});

test('a build whose path was handed out is not pruned for 6 hours', async () => {
  const root = tempDir();
  const { outputs } = await built(root);
  endJobs(root);
  makeOlder(root, 'sdk', 100 * HOUR);
  await pathOf(root, 'sdk');
  const prune = () => runCli(['prune', '--root', root, '--max-age', '0', '--grace', '0']);
  expect((await prune()).out).toContain('a job uses it');
  expect(existsSync(outputs.path ?? '')).toBe(true);
  expect(readdirSync(join(keyFolders(root)[0] ?? '', 'readers'))).toHaveLength(2);
  makeOlder(root, 'sdk', 7 * HOUR);
  expect((await prune()).out).toContain('removed sdk');
});
