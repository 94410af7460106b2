import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../harness/job/cli.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { noOrdinary, ORDINARY } from '../harness/ordinary.ts';

const run = 'head -c 1500 /dev/zero > "$BUILD_ONCE_OUT/tool"';

async function aCache(): Promise<string> {
  const root = tempDir();
  await runJob({ root, inputs: { key: 'llvm-18', run } });
  await runJob({ root, inputs: { key: 'llvm-18', run, force: 'true' } });
  await runJob({ root, inputs: { key: 'zlib', run: 'exit 3' } });
  return root;
}

test('list shows each key with its size, when it was built and last used, and the builds it replaced', async () => {
  const root = await aCache();
  const { code, out, err } = await runCli(['list', '--root', root]);
  expect([code, err]).toEqual([0, '']);
  const [head, llvm, zlib, ...rest] = out.split('\n');
  expect(head).toMatch(/^KEY +SCOPE +SIZE +BUILT +LAST USED +OLD BUILDS$/);
  expect(llvm).toMatch(/^llvm-18 +octo\/tools +1\.5 kB +\d{4}-\d\d-\d\d \d\d:\d\d +\d{4}-\d\d-\d\d \d\d:\d\d +1$/);
  expect(zlib).toMatch(/^\(no build\) .*\/zlib-[0-9a-f]{20}$/);
  expect(rest).toEqual(['', '2 keys, 1.5 kB in published builds.', '']);
});

test('list --json gives an object for each key', async () => {
  const root = await aCache();
  const { out } = await runCli(['list', '--json'], { env: { RUNNER_TOOL_CACHE: root } });
  const [llvm, zlib] = JSON.parse(out);
  expect(llvm).toMatchObject({
    key: 'llvm-18',
    scope: 'octo/tools',
    bytes: 1500,
    files: 1,
    oldBuilds: 1,
  });
  expect(Date.parse(llvm.lastUsed)).toBeGreaterThan(Date.parse(llvm.builtAt) - 60_000);
  expect(zlib).toMatchObject({ oldBuilds: 0 });
  expect(zlib.key).toBeUndefined();
});

test('list says so where there is nothing, and changes nothing', async () => {
  const root = tempDir();
  expect((await runCli(['list', '--root', root])).out).toBe(`${root} has no builds of build-once.\n`);
  expect(readdirSync(root)).toEqual([]);
});

test('list passes over what is not of build-once, and shows a damaged key as such', async () => {
  const root = await aCache();
  const version = join(root, 'build-once/v1');
  writeFileSync(join(version, 'README'), 'somebody left it here');
  mkdirSync(join(version, 'notes'));
  const [id = ''] = readdirSync(version).filter((name) => name.startsWith('llvm'));
  writeFileSync(join(version, id, 'entry/manifest.json'), '{"half":');
  const { code, out } = await runCli(['list', '--root', root]);
  expect(code).toBe(0);
  expect(out).toContain(`(damaged) ${join(version, id)}`);
  expect(out).not.toContain('README');
  expect(out).not.toContain('notes');
});

test.each([
  ['does not exist', (path: string) => path],
  ['is not a folder', (path: string) => writeFileSync(path, '')],
])('list says that the root %s, and does not call it empty', async (why, plant) => {
  const root = join(tempDir(), 'cache');
  plant(root);
  const { code, out, err } = await runCli(['list', '--root', root]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toBe(
    `${root} ${why}. Name the folder that the jobs use as \`root\`, and run this as the user of the runner.\n`,
  );
});

describe.skipIf(noOrdinary)(`for an ordinary user${noOrdinary}`, () => {
  test('a key that cannot be read hides no other', async () => {
    const root = await aCache();
    const version = join(root, 'build-once/v1');
    const [id = ''] = readdirSync(version).filter((name) => name.startsWith('zlib'));
    chmodSync(join(version, id), 0);
    const { code, out, err } = await runCli(['list', '--root', root], { wrapper: ORDINARY });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`(EACCES) ${join(version, id)}`);
    expect(out).toMatch(/^llvm-18 /m);
  });
});
