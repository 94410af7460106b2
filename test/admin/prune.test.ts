import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, mountSpace, needsMounts } from '../harness/disks/mounts.ts';
import { aCache, HOUR, killPruneAtEveryCall, run } from '../harness/faults/kill-prune.ts';
import { CLI, runCli } from '../harness/job/cli.ts';
import { endJobs, keysIn, makeOlder } from '../harness/job/ended.ts';
import { gate, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { canRun, OTHER_USER } from '../harness/lock/client.ts';
import { builds, keyFolders, litter } from '../harness/storm/remains.ts';

async function prune(root: string, ...args: string[]) {
  const { code, out, err } = await runCli(['prune', '--root', root, ...args]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

test('--max-size removes what was not used for longest, but nothing that is kept or young', async () => {
  const root = await aCache({ 'node/22': 50, llvm: 40, zlib: 30, new: 0 });
  const dry = await prune(root, '--max-size', '2kB', '--keep', 'node/*', '--dry-run');
  expect(dry).toBe(
    'would remove llvm (1 kB): the builds have 4 kB\nwould remove zlib (1 kB): the builds have 3 kB\n2 builds would go, 2 kB.\n',
  );
  expect(builds(root)).toHaveLength(4);
  expect(await prune(root, '--max-size', '2kB', '--keep', 'node/*')).toBe(
    'removed llvm (1 kB): the builds have 4 kB\nremoved zlib (1 kB): the builds have 3 kB\n2 builds removed, 2 kB.\n',
  );
  expect(keysIn(root).sort()).toEqual(['new', 'node/22']);
  expect([builds(root).length, litter(root)]).toEqual([2, []]);
  expect(await prune(root, '--max-size', '1kB', '--keep', 'node/*')).toBe(
    '0 builds removed, 0 B.\nThe limit is not met: the builds that are left have 2 kB, and nothing else may go.\n',
  );
});

test('--unused, --max-age and --grace go by time; without limits only what was replaced goes', async () => {
  const root = await aCache({ old: 100, newer: 2 });
  await runJob({ root, inputs: { key: 'newer', run, force: 'true' } });
  endJobs(root);
  expect(await prune(root)).toBe('removed newer (1 kB): replaced by a newer build\n1 build removed, 1 kB.\n');
  expect(await prune(root, '--unused', '5d')).toBe('0 builds removed, 0 B.\n');
  expect(await prune(root, '--unused', '4d')).toBe(
    'removed old (1 kB): not used for 4 d 4 h\n1 build removed, 1 kB.\n',
  );
  expect(await prune(root, '--max-age', '0h', '--grace', '1h')).toBe('0 builds removed, 0 B.\n');
  const { removed } = JSON.parse(await prune(root, '--max-age', '0', '--grace', '0', '--json'));
  expect(removed).toMatchObject([{ key: 'newer', bytes: 1000 }]);
  expect(builds(root)).toEqual([]);
});

test.skipIf(!canMount)(`--min-free goes by what the disk has, and by no more${needsMounts}`, async () => {
  const root = tempDir();
  const { wrapper, see } = await mountSpace(`mount -t tmpfs -o size=20m tmpfs '${root}'`);
  const keys = { old: 100, middle: 50, new: 0 };
  for (const key of Object.keys(keys)) {
    const { end, log } = await runJob({
      root,
      wrapper,
      inputs: { key, run: 'head -c 4194304 /dev/zero > "$BUILD_ONCE_OUT/tool"' },
    });
    expect(end.code, log).toBe(0);
  }
  const here = see(root);
  endJobs(here);
  for (const [key, age] of Object.entries(keys)) makeOlder(here, key, age * HOUR);
  const free = async (...args: string[]) =>
    (await runCli(['prune', '--root', root, '--min-free', ...args], { wrapper })).out;
  // 8 MiB are free, and 4 more with each build that goes.
  expect(await free('30%')).toBe('0 builds removed, 0 B.\n');
  expect(await free('55%', '--dry-run')).toMatch(/^would remove old .*\n1 build would go, 4.2 MB\.\n$/);
  expect(await free('55%')).toMatch(
    /^removed old \(4.2 MB\): the disk has 8\.\d MB free\n1 build removed, 4.2 MB\.\n$/,
  );
  expect(keysIn(here).sort()).toEqual(['middle', 'new']);
  expect(await free('18MB')).toMatch(
    /^removed middle .*\n1 build removed, .*\nThe limit is not met: the disk has 1\d MB free, and nothing else may go\.\n$/,
  );
  expect(keysIn(here)).toEqual(['new']);
});

test('a build that a job uses stays, and a job that comes after a prune builds it again', async () => {
  const root = await aCache({ sdk: 100, idle: 50 });
  const user = await runJob({ root, inputs: { key: 'sdk', run } });
  makeOlder(root, 'sdk', 100 * HOUR);
  // It goes on to the next one when the oldest is in use.
  const out = await prune(root, '--max-size', '1kB');
  expect(out).toMatch(/^removed idle .*\nleft sdk in .*: a job uses it\n1 build removed, 1 kB\.\n$/);
  expect(existsSync(join(user.outputs.path ?? '', 'tool'))).toBe(true);
  endJobs(root);
  await prune(root, '--max-size', '0');
  expect((await runJob({ root, inputs: { key: 'sdk', run } })).outputs.result).toBe('built');
});

test('the build of a job that lives stays, however old it is', async () => {
  const root = tempDir();
  const { outputs } = await runJob({ root, inputs: { key: 'sdk', run } });
  makeOlder(root, 'sdk', 100 * HOUR);
  const out = await prune(root, '--max-age', '1d');
  expect(out).toMatch(/^left sdk in .*: a job uses it\n0 builds removed, 0 B\.\n$/);
  expect(existsSync(join(outputs.path ?? '', 'tool'))).toBe(true);
  // Of a job whose process cannot be seen, 6 h count.
  const [dir = ''] = keyFolders(root);
  const [name = ''] = readdirSync(join(dir, 'readers'));
  const file = join(dir, 'readers', name);
  const elsewhere = readFileSync(file, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"another"');
  writeFileSync(file, elsewhere);
  expect(await prune(root, '--max-age', '1d')).toContain('a job uses it');
  makeOlder(root, 'sdk', 7 * HOUR);
  expect(await prune(root, '--max-age', '0', '--grace', '0')).toContain('removed sdk');
});

test.each(['FORGEJO_ACTIONS', 'GITEA_ACTIONS'])(
  'where one process runs all jobs, as %s says, its life says nothing: 6 h count, since the last step of a job',
  async (forge) => {
    const root = tempDir();
    const job = { root, inputs: { key: 'sdk', run }, env: { [forge]: 'true' } };
    await runJob(job);
    makeOlder(root, 'sdk', 7 * HOUR);
    // The job has another step, after more than 6 h.
    expect((await runJob(job)).outputs.result).toBe('reused');
    expect(await prune(root, '--max-age', '1h')).toMatch(/^left sdk in .*: a job uses it\n/);
    makeOlder(root, 'sdk', 7 * HOUR);
    expect(await prune(root, '--max-age', '1h')).toContain('removed sdk');
  },
);

test('a key that a job builds is passed over; what a killed job left is not', async () => {
  const root = await aCache({ sdk: 100 });
  const open = gate();
  const builder = startJob({
    root,
    inputs: { key: 'sdk', force: 'true', run: `echo ready; ${open.wait}; ${run}` },
  });
  await builder.said('ready');
  expect(await prune(root, '--max-size', '0')).toMatch(/left sdk in .*: a job builds it now/);
  builder.kill('SIGKILL');
  await builder.ended;
  expect(litter(root)).not.toEqual([]);
  await prune(root);
  expect(litter(root)).toEqual([]);
  expect(keysIn(root)).toEqual(['sdk']);
});

test('a prune that is killed before one of its calls leaves what jobs and the next prune can go on from', async () => {
  expect(await killPruneAtEveryCall(17)).toBeGreaterThan(10);
});

test.skipIf(process.platform !== 'linux')('on a terminal it says how far it is, in a line that goes away', async () => {
  const root = await aCache({ llvm: 100, zlib: 50 });
  const pty = spawn(
    'script',
    ['-qec', `"${process.execPath}" "${CLI}" prune --root "${root}" --max-age 1d`, '/dev/null'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let screen = '';
  for await (const chunk of pty.stdout.setEncoding('utf8')) screen += chunk;
  expect(screen).toContain('\r\x1b[KReading: 1 key …\r\x1b[KRemoving llvm (1 kB); 0 builds, 0 B gone …');
  expect(screen).toContain(
    '\r\x1b[KRemoving zlib (1 kB); 1 build, 1 kB gone …\r\x1b[Kremoved llvm (1 kB): built 4 d 4 h ago',
  );
});

test('of the leases that count for nobody, the last one stays: it says when the build was used', async () => {
  const root = await aCache({ sdk: 100 });
  const [dir = ''] = keyFolders(root);
  const readers = join(dir, 'readers');
  const aged = (hours: number, change = (text: string) => text) => {
    const known = new Set(readdirSync(readers));
    return async (leave: () => Promise<unknown>) => {
      await leave();
      const name = readdirSync(readers).find((each) => !known.has(each)) ?? '';
      const file = join(readers, name);
      writeFileSync(file, change(readFileSync(file, 'utf8')));
      utimesSync(file, new Date(), new Date(Date.now() - hours * HOUR));
      return name;
    };
  };
  const call = () => runCli(['path', 'sdk', '--root', root]);
  const job = () => runJob({ root, inputs: { key: 'sdk', run } });
  // Of another host, where its job may be about to write it anew.
  const elsewhere = await aged(90, (text) => text.replace(/"bootId":"[^"]*"/, '"bootId":"another"'))(job);
  for (const hours of [80, 70, 60]) await aged(hours)(call);
  await aged(55, (text) => text.replace(/"workerStartTime":\d+/, '"workerStartTime":1'))(job);
  const last = await aged(50)(call);
  const living = await aged(110)(job);
  expect(readdirSync(readers)).toHaveLength(8);
  expect(await prune(root, '--dry-run')).toBe('0 builds would go, 0 B.\n');
  expect(readdirSync(readers)).toHaveLength(8);
  expect(await prune(root, '--unused', '52h')).toBe('0 builds removed, 0 B.\n');
  expect(readdirSync(readers).sort()).toEqual([elsewhere, last, living].sort());
  endJobs(root);
  expect(await prune(root, '--unused', '49h')).toContain('removed sdk (1 kB): not used for 2 d 2 h');
});

test('remove takes all scopes of a key, young builds and read-only ones too', async () => {
  const root = tempDir();
  await runJob({ root, inputs: { key: 'sdk', run, 'read-only': 'true' } });
  await runJob({ root, inputs: { key: 'sdk', run, scope: 'shared' } });
  await runJob({ root, inputs: { key: 'other', run } });
  const inUse = await runCli(['remove', 'sdk', '--root', root]);
  expect(inUse.code).toBe(1);
  expect(inUse.out.match(/^left sdk of .*: a job uses it$/gm)).toHaveLength(2);
  endJobs(root);
  const { code, out } = await runCli(['remove', 'sdk', '--root', root]);
  expect(code, out).toBe(0);
  expect(out).toContain('2 builds removed, 2 kB.');
  expect(keysIn(root)).toEqual(['other']);
  const none = await runCli(['remove', 'sdk', '--root', root]);
  expect(none).toEqual({ code: 1, out: '', err: `${root} has no build of the key "sdk". See build-once list\n` });
});

test('--keep is about the whole key, however long it is', async () => {
  const key = `${'long-'.repeat(30)}end`;
  const root = await aCache({ [key]: 100 });
  expect(await prune(root, '--max-age', '1d', '--keep', '*-end')).toBe('0 builds removed, 0 B.\n');
  expect(keysIn(root)).toEqual([key]);
});

test.each([
  [['prune', '--max-size', '10G'], '--max-size: '],
  [['prune', '--min-free', '120%'], '--min-free: '],
  [['prune', '--unused', 'soon'], '--unused: '],
  [['remove'], 'KEY is missing'],
])('%j is bad usage', async (args, said) => {
  const { code, err } = await runCli([...args, '--root', tempDir()]);
  expect(code).toBe(2);
  expect(err.startsWith(`build-once: ${said}`), err).toBe(true);
  expect(err.trim()).not.toContain('\n');
});

const noOther = canRun(OTHER_USER) ? '' : ' (skipped: this user may not run setpriv here)';

describe.skipIf(noOther)(`for another user${noOther}`, () => {
  test('what another user owns is named and stays', async () => {
    const root = await aCache({ sdk: 100 });
    chmodSync(root, 0o755);
    const { code, out } = await runCli(['prune', '--root', root, '--max-size', '0'], { wrapper: OTHER_USER });
    expect(code).toBe(0);
    expect(out).toMatch(/^left sdk in .*: it belongs to another user \(0\)$/m);
    expect(keysIn(root)).toEqual(['sdk']);
  });
});
