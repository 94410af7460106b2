import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CHUNK } from '../../../src/remote/pack/archive.ts';
import { writePack } from '../../../src/remote/pack/pack.ts';
import { readPack } from '../../../src/remote/pack/unpack.ts';
import { digestTree } from '../../../src/store/tree/digest.ts';
import { tempDir } from '../../harness/job/job.ts';

const never = new AbortController().signal;
const LONG = 'l'.repeat(120);

/** A tree with what is hard to carry. */
function aTree(): string {
  const tree = join(tempDir(), 'tree');
  mkdirSync(tree);
  const file = (name: string, content: string | Buffer, mode = 0o644) => {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), content);
    chmodSync(join(tree, name), mode);
  };
  file('bin/tool', '#!/bin/sh\n', 0o755);
  file('empty', '');
  file('-rf', 'a name like an option');
  file('exactly one block', 'x'.repeat(512));
  file(`${LONG}/${LONG}/${LONG}`, 'a long name');
  file('ünïcode/名前', 'in UTF-8');
  file('back\\slash', 'one name');
  file('large', randomBytes(3_000_001));
  file('secret', 'for the owner', 0o600);
  utimesSync(join(tree, 'empty'), 1e9, 1e9);
  mkdirSync(join(tree, 'nothing in it'), 0o750);
  symlinkSync('../bin/tool', join(tree, 'nothing in it/link'));
  symlinkSync(`${LONG}/${LONG}/${LONG}`, join(tree, 'long link'));
  symlinkSync('missing', join(tree, 'broken'));
  linkSync(join(tree, 'bin/tool'), join(tree, 'another name'));
  return tree;
}

interface Restored {
  readonly out: string;
  readonly description: string;
}

async function carried(
  tree: string,
  change: (pack: Buffer) => Buffer = (pack) => pack,
  mostBytes = 1e9,
  home?: string,
): Promise<Restored> {
  const dir = tempDir();
  const [file, out, description] = [join(dir, 'pack'), join(dir, 'out'), join(dir, 'description')];
  mkdirSync(out);
  const { digest, bytes } = await writePack(tree, '{"a": 1}', file, home);
  expect(statSync(file).size).toBe(bytes);
  writeFileSync(file, change(readFileSync(file)));
  await readPack({ file, digest, out, description, accept: () => ({ mostBytes, home }), groupShared: false });
  return { out, description };
}

test('a tree comes out as it was: names, contents, modes, links', async () => {
  const tree = aTree();
  const { out, description } = await carried(tree);
  expect(await digestTree(out, never)).toBe(await digestTree(tree, never));
  expect(readFileSync(description, 'utf8')).toBe('{"a": 1}');
  const inodes = ['bin/tool', 'another name'].map((name) => statSync(join(out, name)).ino);
  expect(inodes[0]).toBe(inodes[1]);
  expect(readlinkSync(join(out, 'broken'))).toBe('missing');
  expect(statSync(join(out, 'empty')).mtimeMs).toBe(1e12);
  expect(lstatSync(join(out, 'nothing in it')).mode & 0o777).toBe(0o750);
});

test('small and large files come out as they were, however they lie in the chunks', async () => {
  const tree = join(tempDir(), 'tree');
  mkdirSync(tree);
  // Each begins at another place of a chunk, and one ends with a chunk. What is read is not packed yet.
  for (let index = 0; index < 60; index++)
    writeFileSync(join(tree, `${index}`), randomBytes(CHUNK - 30 * 512 + index * 512));
  const { out } = await carried(tree);
  expect(await digestTree(out, never)).toBe(await digestTree(tree, never));
});

test('GNU tar unpacks it too', async () => {
  const tree = aTree();
  const dir = tempDir();
  await writePack(tree, '{}', join(dir, 'pack'));
  execFileSync('tar', ['-xp', '-C', dir], { input: zstdDecompressSync(readFileSync(join(dir, 'pack'))) });
  expect(await digestTree(join(dir, 'tree'), never)).toBe(await digestTree(tree, never));
});

describe('refused where it is packed, since no other host could take it', () => {
  const cases: readonly (readonly [string, string, (tree: string) => void])[] = [
    ['a link out of the tree', '"out" is a link that leads out', (tree) => symlinkSync('../x', join(tree, 'out'))],
    ['an absolute link', '"abs" is a link to an absolute path', (tree) => symlinkSync('/usr', join(tree, 'abs'))],
    [
      'names that differ in case only',
      'differs from "A" only in case',
      (tree) => ['A', 'a'].map((name) => writeFileSync(join(tree, name), '')),
    ],
    ['a pipe', '"pipe" is neither a file nor', (tree) => execFileSync('mkfifo', [join(tree, 'pipe')])],
    ['a name with a line break', 'has control characters', (tree) => writeFileSync(join(tree, 'a\nb'), '')],
    [
      'a name that is not UTF-8',
      'is not UTF-8',
      (tree) => writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xe9])]), ''),
    ],
  ];
  test.each(cases)('%s', async (_what, why, add) => {
    const tree = aTree();
    add(tree);
    await expect(carried(tree)).rejects.toThrow(why);
  });
});

describe('a tree that works at one path', () => {
  const bound = (tree: string) => carried(tree, undefined, undefined, tree);

  test('keeps links to what is on this host, and to itself', async () => {
    const tree = aTree();
    const links = {
      python: 'python3',
      python3: process.execPath,
      lib64: join(tree, 'bin'),
      later: join(tree, 'missing'),
      // Where it is unpacked, nothing is at its home yet.
      around: `../${basename(tree)}/missing`,
      'bin/up': '../../',
      'bin/through': '../python3',
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(tree, name));
    const { out } = await bound(tree);
    for (const [name, target] of Object.entries(links)) expect(readlinkSync(join(out, name))).toBe(target);
    expect(await digestTree(out, never)).toBe(await digestTree(tree, never));
  });

  test.each([
    ['an absolute link', '/opt/no-such-thing/python'],
    ['a link out of the tree', '../no-such-thing'],
  ])('is refused where %s leads to nothing', async (_what, target) => {
    const tree = aTree();
    symlinkSync(target, join(tree, 'out'));
    await expect(bound(tree)).rejects.toThrow(
      /"out" is a link to .*no-such-thing.*, and nothing is there on this host/,
    );
  });
});

describe('not taken', () => {
  const flipped = (at: number) => (pack: Buffer) => {
    const index = at < 0 ? pack.length + at : at;
    pack[index] = (pack[index] ?? 0) ^ 1;
    return pack;
  };
  test.each<readonly [string, (pack: Buffer) => Buffer]>([
    ['cut short', (pack) => pack.subarray(0, pack.length / 2)],
    ['without its last byte', (pack) => pack.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['no pack', () => Buffer.from('<html>not found</html>')],
    ['with a bit flipped', flipped(500)],
    ['with a bit of its end flipped', flipped(-2)],
    ['with something behind it', (pack) => Buffer.concat([pack, Buffer.from('x')])],
  ])('%s', async (_what, change) => {
    await expect(carried(aTree(), change)).rejects.toThrow(/the archive cannot be unpacked/);
  });

  test('one that has more in it than its description says', async () => {
    await expect(carried(aTree(), undefined, 1_000_000)).rejects.toThrow('has more in it than its description says');
  });
});
