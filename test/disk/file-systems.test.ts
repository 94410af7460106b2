import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newToken } from '../../src/base/key.ts';
import { buildDir, entryPaths } from '../../src/store/layout.ts';
import { sweep } from '../../src/store/sweep.ts';
import { type FileSystemName, lacking, loopDisk } from '../harness/disks/loop-disk.ts';
import { canMount, mountSpace, needsMounts } from '../harness/disks/mounts.ts';
import { runCli } from '../harness/job/cli.ts';
import { runJob, startJob, tempDir } from '../harness/job/job.ts';
import { expectOneBuild } from '../harness/job/main-job.ts';
import { builds, keyFolders, litter, published } from '../harness/storm/remains.ts';
import { describeStress, stress } from '../harness/storm/stress.ts';
import { pathsIn } from '../lock/file/an-engine.ts';

// In test/long/ for longer, and on ext4 and XFS.
describe.each<FileSystemName>(['tmpfs', 'overlay'])('on %s', (name) => {
  test.skipIf(lacking(name))(`one of 8 jobs builds, and of 8 that take over one gets in${lacking(name)}`, async () => {
    const disk = await loopDisk(name);
    const tookMs = await expectOneBuild(disk, 8, 'sdk');
    const sides = [{ root: disk.seen, wrapper: [] }];
    const report = await stress({ sides, processes: 8, trials: 10, holder: 'dead' });
    console.log(`${name}: 8 jobs, one build, after ${tookMs.toFixed(0)} ms; ${describeStress(report)}`);
    expect(report.violations).toBe(0);
  });
});

/** Left over in a layer of an image, a folder can be read and deleted, but not renamed. */
describe.skipIf(!canMount)(`an image of a container that holds a cache${needsMounts}`, () => {
  const inputs = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/data"' };

  test('is used, and what it holds can be replaced', async () => {
    const root = tempDir();
    const built = await runJob({ root, inputs });
    const { wrapper, see } = await containerOn(root);
    const reused = await runJob({ root, wrapper, inputs });
    expect(reused.outputs, reused.log).toMatchObject({ result: 'reused', path: built.outputs.path });
    const forced = await runJob({ root, wrapper, inputs: { ...inputs, force: 'true' } });
    expect(forced.outputs.result, forced.log).toBe('built');
    expect(litter(see(root))).toEqual([]);
  });

  test('of which a builder was killed is cleared, and the step builds', async () => {
    const root = tempDir();
    const dying = startJob({
      root,
      inputs: {
        ...inputs,
        run: 'mkdir -p "$BUILD_ONCE_OUT/a/b"; touch "$BUILD_ONCE_OUT/a/b/c"; echo ready; exec sleep 300',
      },
    });
    await dying.said('ready');
    dying.kill('SIGKILL');
    await dying.ended;
    // And one that was killed while it claimed.
    const [scrap] = keyFolders(root).map((dir) => join(dir, 'tmp', newToken()));
    mkdirSync(scrap ?? '');
    writeFileSync(join(scrap ?? '', `owner-${newToken()}`), '');
    const { wrapper, see } = await containerOn(root);
    const job = await runJob({ root, wrapper, inputs });
    expect(job.outputs.result, job.log).toBe('built');
    expect(job.log).not.toContain('::warning::Cleaning up');
    expect(builds(see(root))).toEqual(published(see(root)));
    expect(litter(see(root))).toEqual([]);
  });

  test('of which a builder was killed is cleared as all trash is: not after a cancel, and not through a link', async () => {
    const root = tempDir();
    const outside = tempDir();
    writeFileSync(join(outside, 'thesis'), 'years of work');
    const dead = pathsIn(root);
    const token = newToken();
    mkdirSync(buildDir(dead, token));
    writeFileSync(join(buildDir(dead, token), 'file'), '');
    symlinkSync(outside, join(buildDir(dead, token), 'link'));
    const { see } = await containerOn(root);
    const paths = entryPaths(see(root), dead.id);
    expect(await sweep(paths, async () => false, AbortSignal.abort())).toBe(1);
    expect(readdirSync(buildDir(paths, token)).sort()).toEqual(['file', 'link']);
    expect(await sweep(paths, async () => false)).toBe(1);
    expect(litter(see(root))).toEqual([]);
    expect(readdirSync(outside)).toEqual(['thesis']);
  });

  test('can be pruned', async () => {
    const root = tempDir();
    await runJob({ root, inputs: { ...inputs, run: `mkdir "$BUILD_ONCE_OUT/bin"; ${inputs.run}` } });
    const { wrapper, see } = await containerOn(root);
    rmSync(see(join(keyFolders(root)[0] ?? '', 'readers')), { recursive: true });
    const removed = await runCli(['remove', 'sdk', '--root', root], { wrapper });
    expect(removed, removed.err).toMatchObject({ code: 0 });
    expect(builds(see(root))).toEqual([]);
    expect(litter(see(root))).toEqual([]);
  });

  test('with a tool of another action is adopted', async () => {
    const root = tempDir();
    const folder = join(root, 'node/20.1.0/x64');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'bin/node'), 'theirs', { mode: 0o755 });
    writeFileSync(`${folder}.complete`, '');
    utimesSync(`${folder}.complete`, 1e9, 1e9);
    const { wrapper, see } = await containerOn(root);
    const tool = { ...inputs, tool: 'node', version: '20.1.0', arch: 'x64', adopt: 'true' };
    for (const result of ['reused', 'reused']) {
      const job = await runJob({ root, wrapper, inputs: tool });
      expect(job.outputs.result, job.log).toBe(result);
      expect(readFileSync(see(join(job.outputs.path ?? '', 'bin/node')), 'utf8')).toBe('theirs');
    }
    expect(readlinkSync(see(folder))).toMatch(/\/build-once\/v1\//);
    expect(readdirSync(see(dirname(folder))).sort()).toEqual(['x64', 'x64.complete']);
  });
});

/** In a user namespace, only so may an overlay say what is deleted. */
const forUsers = process.getuid?.() === 0 ? '' : ',userxattr';

/** A container whose image has that folder. */
function containerOn(root: string) {
  const own = tempDir();
  const [upper, work] = [join(own, 'upper'), join(own, 'work')];
  return mountSpace(`mount -t tmpfs tmpfs '${own}'
    mkdir '${upper}' '${work}'
    mount -t overlay -o 'lowerdir=${root},upperdir=${upper},workdir=${work}${forUsers}' overlay '${root}'`);
}
