import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, mountSpace, needsMounts } from '../harness/disks/mounts.ts';
import { pathsBelow } from '../harness/disks/shared.ts';
import type { Fault } from '../harness/faults/broken-disk.ts';
import { Entry } from '../harness/job/entry.ts';
import { type Job, ledger, runJob, tempDir } from '../harness/job/job.ts';
import { noOrdinary, ORDINARY } from '../harness/ordinary.ts';
import { builds as buildsBelow, litter, published } from '../harness/storm/remains.ts';

const inputs = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/data"' };

function errorOf({ log }: Job): string {
  const errors = [...log.matchAll(/^::error::(.*)$/gm)].map(([, text]) => text ?? '');
  expect(errors).toHaveLength(1);
  expect(log).not.toMatch(/^\s+at /m);
  return errors[0] ?? '';
}

function warningsOf({ log }: Job): string[] {
  return [...log.matchAll(/^::warning::(.*)$/gm)].map(([, text]) => text ?? '');
}

test('a root that is missing is created, with the folders above it', async () => {
  const root = join(tempDir(), 'opt/ci/cache');
  const job = await runJob({ root, inputs });
  expect(job.outputs.result, job.log).toBe('built');
  expect(job.outputs.path?.startsWith(`${root}/build-once/v1/sdk-`)).toBe(true);
});

test('a root that another host has just made anew, while this one remembers the old one, is soon used', async () => {
  const root = tempDir();
  mkdirSync(join(root, 'build-once/v1'), { recursive: true });
  const nodeArgs = ['--import', join(import.meta.dirname, '../harness/faults/broken-disk.ts')];
  const job = await runJob({ root, inputs, nodeArgs, env: { TEST_BROKEN_DISK: 'old-folders' satisfies Fault } });
  expect(job.outputs.result, job.log).toBe('built');
});

test('a step that only looks finds nothing in a root that is missing', async () => {
  const root = join(tempDir(), 'cache');
  for (const only of [{ 'lookup-only': 'true' }, { build: 'false' }]) {
    const job = await runJob({ root, inputs: { ...inputs, ...only } });
    expect(job.outputs, job.log).toMatchObject({ result: 'missed', path: '' });
  }
});

test('a root that is a file, or below one, is refused by name', async () => {
  const file = join(tempDir(), 'file');
  writeFileSync(file, 'precious');
  for (const root of [file, join(file, 'cache')]) {
    const job = await runJob({ root, inputs });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toMatch(new RegExp(`^The shared cache at ${root} cannot be used: .* a file`));
  }
  expect(readFileSync(file, 'utf8')).toBe('precious');
});

test.each([
  ['leads in a circle', 'circle', 'ELOOP'],
  ['has a name that is too long', 'x'.repeat(256), 'ENAMETOOLONG'],
  ['is a link to nowhere', 'nowhere', 'EEXIST'],
])('a root that %s is refused by name', async (_what, name, code) => {
  const dir = tempDir();
  symlinkSync('circle', join(dir, 'circle'));
  symlinkSync('gone', join(dir, 'nowhere'));
  const root = join(dir, name);
  const job = await runJob({ root, inputs });
  expect(job.end.code).toBe(1);
  expect(errorOf(job)).toContain(`The shared cache at ${root} cannot be used: ${code} at ${root}`);
});

test.runIf(existsSync('/proc/self'))('a root where nothing can be made is refused by name', async () => {
  const job = await runJob({ root: '/proc/cache', inputs });
  expect(errorOf(job)).toContain('The shared cache at /proc/cache cannot be used: ENOENT at /proc/cache');
});

test('a root that is a link is the same as its target, also while that does not exist yet', async () => {
  const dir = realpathSync(tempDir());
  const [target, link] = [join(dir, 'target'), join(dir, 'link')];
  const builds = ledger();
  const counted = { ...inputs, run: `${builds.note}\n${inputs.run}` };
  mkdirSync(target);
  symlinkSync(target, link);
  const first = await runJob({ root: join(link, 'cache'), inputs: counted });
  const second = await runJob({ root: join(target, 'cache'), inputs: counted });
  expect(first.outputs.path?.startsWith(join(target, 'cache'))).toBe(true);
  expect(second.outputs).toMatchObject({ result: 'reused', path: first.outputs.path });
  expect(builds.lines()).toHaveLength(1);
});

describe.skipIf(!canMount)(`a root that is read-only${needsMounts}`, () => {
  test('hands out what it has, and says why nothing can be built there', async () => {
    const root = tempDir();
    const full = { ...inputs, verify: 'full', tool: 'sdk', version: '1.0.0' };
    const built = await runJob({ root, inputs: full });
    const before = pathsBelow(root);
    const { wrapper } = await mountSpace(`mount --bind '${root}' '${root}'\nmount -o remount,bind,ro '${root}'`);
    // Another job than the one that built, which has no lease of its own yet; after a reboot, which is not noted either.
    new Entry(root).rewrite({ bootId: '00000000-0000-4000-8000-000000000000' });
    for (const more of [{}, { verify: 'full' }, { 'lookup-only': 'true' }, { 'fail-on-cache-miss': 'true' }]) {
      const job = await runJob({ root, wrapper, inputs: { ...full, verify: 'off', ...more } });
      expect(job.outputs, job.log).toMatchObject({ result: 'reused', path: built.outputs.path });
      expect(warningsOf(job)).toEqual([]);
    }
    const missed = await runJob({ root, wrapper, inputs: { key: 'other', build: 'false' } });
    expect(missed.outputs.result).toBe('missed');
    for (const more of [{ force: 'true' }, { key: 'other', tool: '', version: '' }]) {
      const job = await runJob({ root, wrapper, inputs: { ...full, ...more } });
      expect(job.end.code).toBe(1);
      expect(errorOf(job)).toContain(`The shared cache at ${root} cannot be used: EROFS at ${root}`);
      expect(errorOf(job)).toContain('read-only file system; mount it writable');
    }
    expect(pathsBelow(root)).toEqual(before);
  });
});

describe.skipIf(!canMount)(`a root that is full${needsMounts}`, () => {
  const filler = (root: string) => join(root, 'filler');
  const fill = (root: string) => `head -c 100000000 /dev/zero > '${filler(root)}' 2> /dev/null || true`;

  /** A cache of a megabyte on a disk of its own, and steps that use it. */
  async function small(options = 'size=1m') {
    const root = tempDir();
    const { wrapper, see } = await mountSpace(`mount -t tmpfs -o ${options} tmpfs '${root}'`);
    const step = (run: string, more = {}) => runJob({ root, wrapper, inputs: { key: 'sdk', run, ...more } });
    const expectHealthy = async () => {
      expect(published(see(root))).toEqual([]);
      expect(buildsBelow(see(root))).toEqual([]);
      rmSync(filler(see(root)), { force: true });
      const next = await step(inputs.run);
      expect(next.outputs.result, next.log).toBe('built');
      expect(litter(see(root))).toEqual([]);
      expect((await step(inputs.run)).outputs).toMatchObject({ result: 'reused', path: next.outputs.path });
    };
    return { root, step, see, expectHealthy };
  }

  test('while building: the build fails, and what it wrote is gone', async () => {
    const { step, expectHealthy } = await small();
    const job = await step('head -c 100000000 /dev/zero > "$BUILD_ONCE_OUT/data"');
    expect(job.end.code).toBe(1);
    expect(job.log).toContain('No space left on device');
    expect(errorOf(job)).toContain('failed with exit code 1');
    await expectHealthy();
  });

  test('before anything is built: the error names the place and says what to do', async () => {
    const { root, step, see, expectHealthy } = await small();
    writeFileSync(filler(see(root)), Buffer.alloc(1024 * 1024));
    const builds = ledger();
    const job = await step(builds.note);
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toMatch(new RegExp(`^The shared cache at ${root} cannot be used: ENOSPC at ${root}`));
    expect(errorOf(job)).toContain('the disk is full; free some space, or name another `root`');
    expect(builds.lines()).toEqual([]);
    await expectHealthy();
  });

  test('while publishing: nothing is published, not even half', async () => {
    const { root, step, expectHealthy } = await small();
    const job = await step(`echo data > "$BUILD_ONCE_OUT/data"\n${fill(root)}`);
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(`The shared cache at ${root} cannot be used: ENOSPC`);
    expect(job.outputs).toMatchObject({ result: '', path: '' });
    await expectHealthy();
  });

  test('while a failed build leaves its reason: the step fails with the exit code of the script', async () => {
    const { root, step, expectHealthy } = await small();
    const job = await step(`${fill(root)}\nexit 7`);
    expect(job.end.code).toBe(7);
    expect(errorOf(job)).toContain('failed with exit code 7');
    await expectHealthy();
  });

  test('of a kind that has no names left for new files', async () => {
    const { root, step, see, expectHealthy } = await small('size=1m,nr_inodes=64');
    const files = join(see(root), 'files');
    mkdirSync(files);
    expect(() => {
      for (let file = 0; ; file++) writeFileSync(join(files, `${file}`), '');
    }).toThrow('ENOSPC');
    const job = await step('true');
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(`The shared cache at ${root} cannot be used: ENOSPC`);
    rmSync(files, { recursive: true });
    await expectHealthy();
  });

  test('still hands out what it has', async () => {
    const { root, step, see } = await small();
    const built = await step(inputs.run);
    writeFileSync(filler(see(root)), Buffer.alloc(1024 * 1024 - 4096 * 8));
    try {
      for (let file = 0; ; file++) writeFileSync(join(see(root), `rest-${file}`), 'rest');
    } catch {
      // Now it is full to the last block.
    }
    const job = await step(inputs.run);
    expect(job.outputs, job.log).toMatchObject({ result: 'reused', path: built.outputs.path });
    expect(warningsOf(job)).toEqual([]);
  });
});

/** Root may read and write everywhere, unless it gives that up. */
const plainUser = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--'] : [];

test('a root that this user may not write hands out what it has, and says why nothing can be built there', async () => {
  const root = tempDir();
  const built = await runJob({ root, inputs });
  const version = join(root, 'build-once/v1');
  const folders = [root, version, new Entry(root).dir, join(new Entry(root).dir, 'readers')];
  for (const folder of folders) chmodSync(folder, 0o555);
  const reused = await runJob({ root, wrapper: plainUser, inputs });
  const other = await runJob({ root, wrapper: plainUser, inputs: { ...inputs, key: 'other' } });
  const empty = tempDir();
  chmodSync(empty, 0o555);
  const fresh = await runJob({ root: empty, wrapper: plainUser, inputs });
  for (const folder of [...folders, empty]) chmodSync(folder, 0o755);
  expect(reused.outputs, reused.log).toMatchObject({ result: 'reused', path: built.outputs.path });
  expect(warningsOf(reused)).toEqual([]);
  for (const [job, where] of [
    [other, version],
    [fresh, empty],
  ] as const) {
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain(`cannot be used: EACCES at ${where}`);
    expect(errorOf(job)).toContain('let its owner write there (chmod u+rwx');
  }
  expect(readdirSync(empty)).toEqual([]);
});

test('a root that this user may not even look into is refused by name', async () => {
  const dir = tempDir();
  chmodSync(dir, 0);
  const root = join(dir, 'cache');
  const job = await runJob({ root, wrapper: plainUser, inputs });
  const privately = await runJob({ root, wrapper: plainUser, inputs: { ...inputs, enabled: 'false' } });
  chmodSync(dir, 0o755);
  // A private build does not need it.
  expect(privately.outputs.result, privately.log).toBe('private');
  expect(job.end.code).toBe(1);
  expect(errorOf(job)).toMatch(new RegExp(`^The shared cache at ${root} cannot be used: EACCES`));
});

describe('the line about the cache', () => {
  const lineOf = ({ log }: Job) => /^Shared cache: .*$/m.exec(log)?.[0] ?? log;

  test('says of a root that does not exist that it may be a typing error, and once it does no more', async () => {
    const root = join(tempDir(), 'not/there');
    const look = { key: 'k', 'lookup-only': 'true' };
    expect(lineOf(await runJob({ root, inputs: look }))).toMatch(/ free\), which does not exist yet\. Typing error\?$/);
    await runJob({ root, inputs });
    expect(lineOf(await runJob({ root, inputs: look }))).toMatch(/ free\)$/);
  });

  test.skipIf(noOrdinary)(`never says that a root is shared that this user cannot use${noOrdinary}`, async () => {
    const root = tempDir();
    const look = { key: 'k', 'lookup-only': 'true' };
    chmodSync(root, 0o555);
    for (const each of [root, join(root, 'below')]) {
      const line = lineOf(await runJob({ root: each, inputs: look, wrapper: ORDINARY }));
      expect(line).toContain(', not writable for this user, ');
      expect(line).not.toContain('shared on this host');
    }
    chmodSync(root, 0o755);
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(lineOf(await runJob({ root: file, inputs: look }))).toContain(', not a folder, ');
    expect(lineOf(await runJob({ root: join(file, 'below'), inputs: look }))).toContain(`, ${file} is not a folder, `);
  });
});

test('a root with a colon in it cannot go on PATH, and is refused before anything is built', async () => {
  const root = join(tempDir(), 'a:b');
  const job = await runJob({ root, inputs: { ...inputs, 'add-path': '.' } });
  expect(job.end.code).toBe(1);
  expect(errorOf(job)).toContain(`- root "${root}" has a ":" in it, which separates the folders of PATH`);
  expect(existsSync(root)).toBe(false);
  expect((await runJob({ root, inputs })).outputs.result).toBe('built');
});

test('a temporary folder of the job that is gone is named', async () => {
  const RUNNER_TEMP = join(tempDir(), 'gone');
  const job = await runJob({ root: tempDir(), inputs, env: { RUNNER_TEMP } });
  expect(job.end.code).toBe(1);
  expect(errorOf(job)).toContain(`The folder for temporary files ${RUNNER_TEMP} cannot be used: ENOENT`);
});

describe('a root that nobody shares', () => {
  test('inside the work folder of the runner is warned of once a build, with what to do', async () => {
    const work = tempDir();
    mkdirSync(join(work, '_temp'));
    const root = join(work, '_tool');
    const env = { RUNNER_TEMP: join(work, '_temp') };
    const built = await runJob({ root, env, inputs });
    expect(built.outputs.result, built.log).toBe('built');
    expect(warningsOf(built)).toHaveLength(1);
    expect(warningsOf(built)[0]).toContain(`The cache ${root} lies in this runner's own work folder`);
    expect(warningsOf(built)[0]).toContain('RUNNER_TOOL_CACHE');
    expect(built.log).toMatch(/^Shared cache: .*, not shared, /m);
    const reused = await runJob({ root, env, inputs });
    expect(reused.outputs.result).toBe('reused');
    expect(warningsOf(reused)).toEqual([]);
    // A folder beside it, whose name only begins alike, is shared.
    const beside = await runJob({ root: `${work}-tools`, env, inputs });
    rmSync(`${work}-tools`, { recursive: true });
    expect(warningsOf(beside)).toEqual([]);
  });

  test.skipIf(!canMount)(`in memory is warned of once a build${needsMounts}`, async () => {
    const root = tempDir();
    const { wrapper } = await mountSpace(`mount -t tmpfs tmpfs '${root}'`);
    const built = await runJob({ root, wrapper, inputs });
    expect(warningsOf(built)).toHaveLength(1);
    expect(warningsOf(built)[0]).toContain(`The cache ${root} is on tmpfs, which goes away`);
    expect(built.log).toMatch(/^Shared cache: .* \(tmpfs, not shared, [\d.]+ \w+ free\)$/m);
    const reused = await runJob({ root, wrapper, inputs });
    expect(reused.outputs.result).toBe('reused');
    expect(warningsOf(reused)).toEqual([]);
  });

  test.skipIf(!canMount)(`in a layer of a container is warned of once a build${needsMounts}`, async () => {
    const [root, layers] = [tempDir(), tempDir()];
    const { wrapper } = await mountSpace(`mount -t tmpfs tmpfs '${layers}'
      mkdir '${layers}/lower' '${layers}/upper' '${layers}/work'
      mount -t overlay -o 'lowerdir=${layers}/lower,upperdir=${layers}/upper,workdir=${layers}/work' overlay '${root}'`);
    const built = await runJob({ root, wrapper, inputs });
    expect(built.outputs.result, built.log).toBe('built');
    expect(warningsOf(built)).toHaveLength(1);
    expect(warningsOf(built)[0]).toContain(`The cache ${root} is on overlay, which goes away`);
    const forced = await runJob({ root, wrapper, inputs: { ...inputs, force: 'true' } });
    expect(forced.outputs.result).toBe('built');
    const reused = await runJob({ root, wrapper, inputs });
    expect(reused.outputs).toMatchObject({ result: 'reused', path: forced.outputs.path });
    expect(warningsOf(reused)).toEqual([]);
  });
});

describe('needs-free', () => {
  test('that the disk does not have: nothing is built, and the error says how much there is', async () => {
    const root = tempDir();
    const builds = ledger();
    const job = await runJob({ root, inputs: { key: 'sdk', run: builds.note, 'needs-free': '900TB' } });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toMatch(
      new RegExp(`^needs-free: ${root} has [\\d.]+ \\w+ free, and this build asks for 900 TB`),
    );
    expect(builds.lines()).toEqual([]);
    expect(litter(root)).toEqual([]);
  });

  test('that the disk has is no hindrance, and reuse needs none', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs: { ...inputs, 'needs-free': '1kB' } });
    expect(built.outputs.result).toBe('built');
    const reused = await runJob({ root, inputs: { ...inputs, 'needs-free': '900TB' } });
    expect(reused.outputs.result).toBe('reused');
    expect(existsSync(join(reused.outputs.path ?? '', 'data'))).toBe(true);
  });
});
