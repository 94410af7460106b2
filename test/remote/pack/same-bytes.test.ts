import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Carried } from '../../../bench/probes/pack.ts';
import { CHUNK } from '../../../src/remote/pack/archive.ts';
import { writePack } from '../../../src/remote/pack/pack.ts';
import { tempDir } from '../../harness/job/job.ts';

const PROBE = join(import.meta.dirname, '../../../bench/probes/pack.ts');
const RANDOM = randomBytes(3 * CHUNK);
const LINES = Buffer.from('a line of text\n'.repeat(CHUNK / 5));

const aFile = fc.record({
  size: fc.oneof(fc.nat(2000), fc.nat(3 * CHUNK), fc.constantFrom(CHUNK - 512, CHUNK, 2 * CHUNK - 1024)),
  isRandom: fc.boolean(),
  mode: fc.constantFrom(0o644, 0o755, 0o600),
  mtime: fc.nat(2 ** 31),
});
const aTree = fc.array(aFile, { minLength: 1, maxLength: 6 });
type Files = readonly {
  readonly size: number;
  readonly isRandom: boolean;
  readonly mode: number;
  readonly mtime: number;
}[];

function write(tree: string, files: Files): void {
  mkdirSync(join(tree, 'folder'), { recursive: true });
  for (const [index, { size, isRandom, mode, mtime }] of files.entries()) {
    const file = join(tree, index % 2 ? 'folder' : '.', `${index}`);
    writeFileSync(file, (isRandom ? RANDOM : LINES).subarray(0, size));
    chmodSync(file, mode);
    utimesSync(file, mtime, mtime);
  }
  symlinkSync('folder', join(tree, 'link'));
  linkSync(join(tree, '0'), join(tree, 'folder/0 too'));
}

test('packs of one tree, and of a copy with its times, have the same bytes', async () => {
  const dir = tempDir();
  const [tree, copy] = [join(dir, 'tree'), join(dir, 'copy')];
  const digestOf = async (of: string, name: string) => {
    const { digest } = await writePack(of, '{}', join(dir, name));
    rmSync(join(dir, name));
    return digest;
  };
  await fc.assert(
    fc.asyncProperty(aTree, async (files) => {
      for (const each of [tree, copy]) rmSync(each, { recursive: true, force: true });
      write(tree, files);
      // Later inodes, and other names first.
      execFileSync('cp', ['-a', tree, copy]);
      // Side by side, so that reading and packing overlap in another way each time.
      const packs = [tree, tree, copy, tree, copy, tree].map((each, index) => digestOf(each, `pack ${index}`));
      const alone = await digestOf(tree, 'pack');
      expect(new Set([...(await Promise.all(packs)), alone]).size).toBe(1);
    }),
    { numRuns: 20 },
  );
});

test('two processes pack one tree into the same bytes', async () => {
  const dir = tempDir();
  const tree = join(dir, 'tree');
  const file = { size: 2 * CHUNK + 1, isRandom: true, mode: 0o644, mtime: 1e9 };
  write(tree, [file, { ...file, isRandom: false }, { ...file, size: 100 }]);
  const pack = async (name: string) => {
    const { stdout } = await promisify(execFile)(process.execPath, [PROBE, 'pack', tree, join(dir, name)]);
    return (JSON.parse(stdout) as Carried).digest;
  };
  const digests = await Promise.all(['1', '2', '3', '4'].map(pack));
  expect(new Set([...digests, (await writePack(tree, '{}', join(dir, '5'))).digest]).size).toBe(1);
});
