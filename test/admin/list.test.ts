import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aCache as aCacheOf, HOUR } from '../harness/faults/kill-prune.ts';
import { runCli } from '../harness/job/cli.ts';
import { endJobs, makeOlder } from '../harness/job/ended.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { canRun, OTHER_USER } from '../harness/lock/client.ts';
import { noOrdinary, ORDINARY } from '../harness/ordinary.ts';
import { keyFolders } from '../harness/storm/remains.ts';

const run = 'head -c 1500 /dev/zero > "$BUILD_ONCE_OUT/tool"';

function changeLeases(root: string, change: (text: string) => string): void {
  for (const dir of keyFolders(root)) {
    for (const name of readdirSync(join(dir, 'readers'))) {
      const file = join(dir, 'readers', name);
      writeFileSync(file, change(readFileSync(file, 'utf8')));
    }
  }
}

async function aCache(): Promise<string> {
  const root = tempDir();
  await runJob({ root, inputs: { key: 'llvm-18', run } });
  await runJob({ root, inputs: { key: 'llvm-18', run, force: 'true' } });
  await runJob({ root, inputs: { key: 'zlib', run: 'exit 3' } });
  return root;
}

test('list shows each key with its size, its age, who uses and who built it, and what could go', async () => {
  const root = await aCache();
  const { code, out, err } = await runCli(['list', '--root', root]);
  expect([code, err]).toEqual([0, '']);
  const [head, llvm, zlib, ...rest] = out.split('\n');
  expect(head).toMatch(/^KEY +SCOPE +SIZE +AGE +LAST USED +READERS +BUILT BY$/);
  // Two jobs, of this test's process, each with a build of its own.
  expect(llvm).toMatch(
    /^llvm-18 +octo\/tools +1\.5 kB +[\d.]+ m?s +[\d.]+ m?s ago +2 +https:\/\/\S+\/actions\/runs\/\d+\/attempts\/1$/,
  );
  expect(zlib).toMatch(/^\(no build\) zlib-[0-9a-f]{20}$/);
  expect(rest).toEqual([
    '',
    'BUILDS      COUNT  IN USE    SIZE  RECLAIMABLE',
    'published       1       1  1.5 kB     0 B (0%)',
    'replaced        1       1  1.5 kB     0 B (0%)',
    'unfinished      0       0     0 B',
    '',
    '2 keys.',
    '',
  ]);
  endJobs(root);
  const later = await runCli(['list', '--root', root]);
  expect(later.out).toContain('published       1       0  1.5 kB  1.5 kB (100%)');
  expect(later.out).toMatch(/^llvm-18 .* ago +https:/m);
});

test('list --json gives all that is known of each key, and the totals', async () => {
  const root = await aCache();
  const { out } = await runCli(['list', '--json'], { env: { RUNNER_TOOL_CACHE: root } });
  const { root: told, keys, totals } = JSON.parse(out);
  const [llvm, zlib, ...others] = keys;
  expect([told, others]).toEqual([root, []]);
  const who = { repository: 'octo/tools', job: expect.any(String), host: expect.any(String) };
  expect(llvm).toMatchObject({
    ...{ key: 'llvm-18', scope: 'octo/tools', producer: 'run', bytes: 1500, files: 1, oldBuilds: 1 },
    ...{ readers: [who, who], unseenReaders: 0, unfinishedBuilds: 0, builtBy: who },
  });
  expect(readdirSync(llvm.path)).toEqual(['tool']);
  expect(llvm.path).toBe(join(llvm.folder, llvm.build));
  expect(Date.parse(llvm.lastUsed)).toBeGreaterThan(Date.parse(llvm.builtAt) - 60_000);
  expect(zlib).toMatchObject({ oldBuilds: 0, readers: [] });
  expect(zlib.key).toBeUndefined();
  const total = { count: 1, inUse: 1, bytes: 1500, reclaimable: 0, unmeasured: 0 };
  expect(totals).toMatchObject({ keys: 2, published: total, replaced: total, unfinished: { count: 0 } });
});

test('a job elsewhere counts as a reader that is not seen, for 6 h', async () => {
  const root = await aCacheOf({ sdk: 1 });
  changeLeases(root, (text) => text.replace(/"bootId":"[^"]*"/, '"bootId":"another"'));
  expect((await runCli(['list', '--root', root])).out).toMatch(/^sdk .* \+1\? +https:/m);
  makeOlder(root, 'sdk', 7 * HOUR);
  expect((await runCli(['list', '--root', root])).out).toMatch(/^sdk +octo\/tools +1 kB +7 h +7 h ago +https:/m);
});

test('--sort puts the largest, the oldest and what was unused for longest first; equals stay in order', async () => {
  const root = await aCacheOf({ a: 1, b: 3, c: 2 });
  await runJob({ root, inputs: { key: 'd', run: `${run}; ${run.replace('tool', 'more')}` } });
  makeOlder(root, 'd', 3 * HOUR);
  const order = async (...options: string[]) => {
    const { out } = await runCli(['list', '--json', '--root', root, ...options]);
    return (JSON.parse(out).keys as { key: string }[]).map(({ key }) => key).join('');
  };
  expect(await order()).toBe('abcd');
  expect(await order('--reverse')).toBe('dcba');
  expect(await order('--sort', 'size')).toBe('dabc');
  expect(await order('--sort', 'size', '--reverse')).toBe('abcd');
  expect(await order('--sort', 'last-used')).toMatch(/^(?:bd|db)ca$/);
  expect(await order('--sort', 'age')).toMatch(/^(?:bd|db)ca$/);
  expect(await order('--sort', 'readers')).toBe('dabc');
  for (const column of ['key', 'scope', 'built-by']) expect(await order('--sort', column)).toMatch(/^[abcd]{4}$/);
  expect(await order('--sort', 'key', '--reverse')).toBe('dcba');
});

test.each([
  [['--sort', 'sise'], '--sort: there is no column "sise" (did you mean "size"?)'],
  [['--sort', 'x'], '--sort: there is no column "x" (columns: key, scope, size, age, last-used, readers, built-by)'],
  [['--locks', '--sort', 'size'], '--sort and --reverse are for keys, not for --locks'],
  [['--watch'], '--watch needs a terminal: without it, list prints what there is once'],
  [['--watch', '--json'], '--watch is for people, and --json for programs: call it with --json from time to time'],
])('list %j is bad usage', async (options, said) => {
  const { code, out, err } = await runCli(['list', '--root', tempDir(), ...options]);
  expect([code, out, err]).toEqual([2, '', `build-once: ${said}. See build-once list --help\n`]);
});

test('list says so where there is nothing, and changes nothing', async () => {
  const root = tempDir();
  expect((await runCli(['list', '--root', root])).out).toBe(`${root} has no builds of build-once.\n`);
  expect(readdirSync(root)).toEqual([]);
});

test('list passes over what is not of build-once, and shows what cannot be read as such', async () => {
  const root = await aCache();
  const version = join(root, 'build-once/v1');
  writeFileSync(join(version, 'README'), 'somebody left it here');
  mkdirSync(join(version, 'notes'));
  const [id = ''] = readdirSync(version).filter((name) => name.startsWith('llvm'));
  writeFileSync(join(version, id, 'entry/manifest.json'), '{"half":');
  const [zlib = ''] = readdirSync(version).filter((name) => name.startsWith('zlib'));
  const newer = join(version, zlib, 'entry');
  mkdirSync(newer);
  writeFileSync(join(newer, 'manifest.json'), '{"format":2}');
  const { code, out } = await runCli(['list', '--root', root]);
  expect(code).toBe(0);
  expect(out).toContain(`(newer format) ${zlib}`);
  expect(out).toContain(`(damaged) ${id}`);
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
    expect(out).toContain(`(EACCES) ${id}`);
    expect(out).toMatch(/^llvm-18 /m);
  });
});

const noOther = canRun(OTHER_USER) ? '' : ' (skipped: this user may not run setpriv here)';

describe.skipIf(noOther)(`for another user${noOther}`, () => {
  test('list shows a cache that it may only read, and changes nothing in it', async () => {
    const root = await aCache();
    chmodSync(root, 0o755);
    const files = readdirSync(root, { recursive: true }).sort();
    for (const options of [[], ['--locks']]) {
      const { code, out, err } = await runCli(['list', '--root', root, ...options], { wrapper: OTHER_USER });
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(options.length === 0 ? /^llvm-18 +octo\/tools +1\.5 kB/m : /^Nobody holds a lock/);
    }
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(files);
  });
});
