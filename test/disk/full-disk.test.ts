import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, mountSpace, needsMounts } from '../harness/disks/mounts.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { zipOf } from '../harness/servers/an-archive.ts';
import { flakyServer } from '../harness/servers/flaky-server.ts';
import { builds, litter, published } from '../harness/storm/remains.ts';

const inputs = { key: 'sdk', run: 'echo one > "$BUILD_ONCE_OUT/one"; echo two > "$BUILD_ONCE_OUT/two"' };

/** Takes all but some of what there is. */
const fillers: Readonly<Record<string, (dir: string, left: number) => void>> = {
  'file names': (dir, left) => {
    for (let file = 0; statfsSync(dir).ffree > left; file++) writeFileSync(join(dir, `${file}`), '');
  },
  blocks: (dir, left) => {
    const { bfree, bsize } = statfsSync(dir);
    writeFileSync(join(dir, 'filler'), Buffer.alloc((bfree - left) * bsize));
  },
};

describe.skipIf(!canMount)(`a disk that is full when a step has got some way${needsMounts}`, () => {
  test.each(Object.entries(fillers))(
    'for want of %s: an error that names it, nothing half, no litter',
    async (name, fill) => {
      const root = tempDir();
      const { wrapper, see } = await mountSpace(`mount -t tmpfs -o size=1m,nr_inodes=100 tmpfs '${root}'`);
      const [cache, filling] = [join(see(root), 'build-once'), join(see(root), 'filling')];
      const told = new Set<string>();
      let left = 0;
      for (; ; left++) {
        mkdirSync(filling);
        fill(filling, left);
        const job = await runJob({ root, wrapper, inputs });
        if (job.end.code === 0 && !job.log.includes('Cleaning up') && existsSync(join(cache, 'v1/.journal'))) break;
        if (job.end.code === 0) expect(job.outputs.result).toBe('built');
        else told.add(errorOf(job.log, root));
        expect(job.log).not.toMatch(/^\s+at /m);
        if (job.end.code !== 0) expect([published(see(root)), builds(see(root))]).toEqual([[], []]);
        rmSync(filling, { recursive: true });
        const next = await runJob({ root, wrapper, inputs: { ...inputs, force: 'true' } });
        expect(next.outputs.result, next.log).toBe('built');
        expect(litter(see(root))).toEqual([]);
        rmSync(cache, { recursive: true });
      }
      console.log(
        `${name}: full with 0 to ${left - 1} left; it failed in ${told.size} places: ${[...told].join(', ')}`,
      );
      // Blocks are few: a full disk takes names of no length, so that only what is written into files is refused.
      expect(told.size).toBeGreaterThan(name === 'blocks' ? 1 : 10);
    },
  );
});

test.skipIf(!canMount)(`a script that fills the disk fails with what is free there${needsMounts}`, async () => {
  const root = tempDir();
  const { wrapper } = await mountSpace(`mount -t tmpfs -o size=2m,nr_inodes=100 tmpfs '${root}'`);
  const large = await runJob({ root, wrapper, inputs: { key: 'a', run: 'cat /dev/zero > "$BUILD_ONCE_OUT/x"' } });
  expect(large.log).toMatch(
    /^::error::The build of "a" failed with exit code 1\. There are 0 B free on \S+: free some/m,
  );
  const many = 'i=0; while :; do : > "$BUILD_ONCE_OUT/$((i+=1))"; done';
  const names = await runJob({ root, wrapper, inputs: { key: 'b', run: many } });
  expect(names.log).toMatch(/^::error::The build of "b" .*There are 0 files \(inodes\) free on /m);
  const other = await runJob({ root, wrapper, inputs: { key: 'c', run: 'exit 1' } });
  expect(other.log).toMatch(/^::error::The build of "c" failed with exit code 1\.$/m);
});

test.skipIf(!canMount)(`a temporary folder that is full is named, and not the shared cache${needsMounts}`, async () => {
  const [root, temp] = [tempDir(), tempDir()];
  const { wrapper } = await mountSpace(`mount -t tmpfs -o size=1m tmpfs '${temp}'`);
  // A zip is kept there until it has come as a whole.
  const server = await flakyServer(zipOf({ path: 'large', content: randomBytes(2_000_000) }));
  const job = await runJob({ root, wrapper, inputs: { url: server.url('a.zip') }, env: { RUNNER_TEMP: temp } });
  expect(job.end.code, job.log).not.toBe(0);
  expect(job.log).toMatch(new RegExp(`^::error::${temp}/\\S*/download\\.zip: ENOSPC: the disk is full`, 'm'));
  expect(litter(root)).toEqual([]);
});

/** Where the disk was full, as the only error says; without what is random in it. */
function errorOf(log: string, root: string): string {
  const errors = [...log.matchAll(/^::error::(.*)$/gm)].map(([, text]) => text ?? '');
  expect(errors, log).toHaveLength(1);
  const [error = ''] = errors;
  // A script that finds the disk full says so itself.
  if (/failed with exit code/.test(error)) return 'the build';
  expect(error).toContain(`The shared cache at ${root} cannot be used: ENOSPC at ${root}`);
  const path = / ENOSPC at (\S+):/.exec(error)?.[1] ?? '';
  return (
    path
      .slice(root.length)
      .replace(/\/sdk-\w{20}/, '/KEY')
      .replaceAll(/\b[0-9a-f]{12}\b/g, 'TOKEN') || 'ROOT'
  );
}
