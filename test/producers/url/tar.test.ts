import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../harness/job/job.ts';
import { anAttempt } from '../../harness/lock/an-attempt.ts';
import { flakyServer } from '../../harness/servers/flaky-server.ts';
import { END, entryOf, recordOf, recordsOf } from '../../harness/servers/raw-tar.ts';
import { aUrl, failure, fetching } from './fetching.ts';

/** What is in a tree: kinds, rights, contents and targets. Names are bytes. */
function treeOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'latin1' })
    .map((name) => {
      const path = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name, 'latin1')]);
      const status = lstatSync(path);
      if (status.isSymbolicLink()) return `${name} -> ${readlinkSync(path)}`;
      const mode = (status.mode & 0o777).toString(8);
      return status.isDirectory() ? `${name}/ ${mode}` : `${name} ${mode} ${readFileSync(path, 'latin1')}`;
    })
    .sort();
}

/** What tar itself makes of an archive. */
function byTar(archive: Buffer): string[] {
  const dir = tempDir();
  writeFileSync(join(dir, 'a.tar'), archive);
  mkdirSync(join(dir, 'out'));
  execFileSync('tar', ['-xf', '../a.tar', '--no-same-owner', '--no-same-permissions'], {
    cwd: join(dir, 'out'),
    stdio: 'pipe',
  });
  return treeOf(join(dir, 'out'));
}

async function unpacked(archive: Buffer): Promise<string[]> {
  const server = await flakyServer(archive);
  const attempt = anAttempt();
  await fetching(aUrl(server.url('a.tar')), attempt);
  return treeOf(attempt.out);
}

const file = (name: string, content = name) => entryOf({ name }, content);

const same: readonly (readonly [string, readonly Buffer[]])[] = [
  ['a link name in the header of a file', [entryOf({ name: 'a', link: 'b' }, 'hello')]],
  ['a link name in the header of a folder', [entryOf({ name: 'd/', type: '5', mode: 0o755, link: 'b' }), file('d/a')]],
  ['a checksum of signed bytes', [entryOf({ name: 'é', signed: true }, 'x')]],
  [
    'names that Windows would take for drives',
    [file('B::Deparse.3pm'), file('c:'), entryOf({ name: 'l', type: '2', link: 'B::Deparse.3pm' })],
  ],
  [
    'backslashes',
    [file('\\x2dmount.service'), file('a\\b'), entryOf({ name: 'l', type: '2', link: '\\x2dmount.service' })],
  ],
  ['a folder whose rights come after its file', [file('d/a'), entryOf({ name: 'd/', type: '5', mode: 0o750 })]],
  [
    'a folder that comes twice',
    [entryOf({ name: 'd', type: '5', mode: 0o700 }), file('d/a'), entryOf({ name: 'd', type: '5', mode: 0o755 })],
  ],
  ['a name in a record', [recordsOf({ path: 'dir/long name' }), file('short')]],
  ['a name in a record that is not said to be text', [recordsOf({ hdrcharset: 'BINARY', path: 'é' }), file('?')]],
  ['a target in a record', [recordsOf({ linkpath: 'naïve' }), entryOf({ name: 'l', type: '2', link: 'na?ve' })]],
  [
    'a value that looks like another record',
    [recordsOf({ comment: `x\n${recordOf('path', 'hijacked')}` }), file('right')],
  ],
  [
    'a size in a record',
    [recordsOf({ size: '3' }), entryOf({ name: 'a', size: 0 }), Buffer.from('abc'.padEnd(512, '\0')), file('b')],
  ],
  [
    'a record before a long name',
    [recordsOf({ comment: 'x' }), entryOf({ name: 'l', type: 'L' }, `${'n'.repeat(120)}\0`), file('cut')],
  ],
  ['records twice', [recordsOf({ path: 'one' }), recordsOf({ path: 'two' }), file('none')]],
  ['records for all without a name', [recordsOf({ comment: 'a commit' }, 'g'), file('a')]],
  [
    'a long target',
    [entryOf({ name: 'k', type: 'K' }, `${'t'.repeat(120)}\0`), entryOf({ name: 'l', type: '2', link: 'cut' })],
  ],
  ['a prefix', [entryOf({ name: 'name', prefix: 'in/a/folder' }, 'x')]],
  ['a prefix of 155 bytes', [entryOf({ name: 'name', prefix: `${'p'.repeat(77)}/${'q'.repeat(77)}` }, 'x')]],
  [
    'the field of a prefix in the form of GNU',
    [entryOf({ name: 'name', prefix: '01234567012', magic: 'ustar  \0' }, 'x')],
  ],
  ['no magic number', [entryOf({ name: 'name', prefix: 'nothing', magic: '' }, 'x')]],
  ['a symlink with a size', [entryOf({ name: 'l', type: '2', link: 'a', size: 700 }), file('a')]],
  ['a single block of zeros before more', [file('a'), Buffer.alloc(512), file('b')]],
  ['no end', [file('a')]],
];

test.each(same)('an archive with %s is unpacked as tar does it', async (_what, blocks) => {
  const archive = Buffer.concat([...blocks, ...(_what === 'no end' ? [] : [END])]);
  const before = process.umask(0o022);
  onTestFinished(() => void process.umask(before));
  expect(await unpacked(archive)).toEqual(byTar(archive));
});

const cafe = Buffer.from('caf\xe9', 'latin1');
const refused: readonly (readonly [string, string, readonly Buffer[]])[] = [
  [
    'a name that is not UTF-8',
    '"caf\\xe9" is not UTF-8: pack it on a system with names in UTF-8',
    [entryOf({ name: cafe })],
  ],
  [
    'a record with a name that is not UTF-8',
    '"caf\\xe9" is not UTF-8',
    [recordsOf({ hdrcharset: 'BINARY', path: cafe }), file('caf?')],
  ],
  ['a target that is not UTF-8', '"caf\\xe9" is not UTF-8', [entryOf({ name: 'l', type: '2', link: cafe })]],
  ['a long name that is not UTF-8', '"caf\\xe9" is not UTF-8', [entryOf({ name: 'l', type: 'L' }, cafe), file('cut')]],
  [
    'a name of more than 255 bytes',
    'is too long for the file system',
    [recordsOf({ path: 'n'.repeat(300) }), file('cut')],
  ],
  [
    'a path of more than 4096 bytes',
    'is too long for the file system',
    [recordsOf({ path: `${'n'.repeat(200)}/`.repeat(30) }), file('cut')],
  ],
  ['one name for all', '"a" is given to all entries as their path', [recordsOf({ path: 'a' }, 'g'), file('b')]],
  [
    'a sparse file in records',
    '"real" is a sparse file',
    [recordsOf({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'real' }), file('a')],
  ],
  ['a kind of its own', '"a" is of a kind that is not supported ("Z")', [entryOf({ name: 'a', type: 'Z' })]],
];

test.each(refused)('an archive with %s is refused, and named', async (_what, why, blocks) => {
  const server = await flakyServer(Buffer.concat([file('fine'), ...blocks, END]));
  const told = await failure(fetching(aUrl(server.url('a.tar')), anAttempt()));
  expect(told).toContain('failed: the archive is refused: ');
  expect(told).toContain(why);
});

const records = (text: string | Buffer) => Buffer.concat([entryOf({ name: 'records', type: 'x' }, text), file('a')]);
const damaged: readonly (readonly [string, Buffer])[] = [
  ['a record that is longer than all of them', records('99 path=b\n')],
  ['a record without a line feed at its end', records('9 path=bc')],
  ['a record without a length', records('path=b\n')],
  ['an empty name', Buffer.concat([recordsOf({ path: '' }), file('plain')])],
  ['a header that is no header', Buffer.alloc(512, 'x')],
  ['a symlink that has a body', Buffer.concat([entryOf({ name: 'l', type: '2', link: 'a' }, 'body'), file('a')])],
  ['half a header', file('a').subarray(0, 300)],
  ['half a body', file('a', 'x'.repeat(600)).subarray(0, 700)],
];

test.each(damaged)('an archive with %s is damaged', async (_what, blocks) => {
  const server = await flakyServer(Buffer.concat([file('fine'), blocks]));
  expect(await failure(fetching(aUrl(server.url('a.tar')), anAttempt()))).toContain('the archive cannot be unpacked: ');
});

test('names that differ in bytes that are no text never become one file', async () => {
  const names = [0xe8, 0xe9].map((byte) => Buffer.from([0x63, byte]));
  const blocks = names.flatMap((path) => [recordsOf({ hdrcharset: 'BINARY', path }), file('c?')]);
  const server = await flakyServer(Buffer.concat([...blocks, END]));
  expect(await failure(fetching(aUrl(server.url('a.tar')), anAttempt()))).toContain('"c\\xe8" is not UTF-8');
});

test('a folder that is named late keeps what it inherited', async () => {
  const server = await flakyServer(Buffer.concat([file('d/a'), entryOf({ name: 'd/', type: '5', mode: 0o750 }), END]));
  const attempt = anAttempt();
  execFileSync('chmod', ['g+s', attempt.out]);
  await fetching(aUrl(server.url('a.tar')), attempt);
  expect(statSync(join(attempt.out, 'd')).mode & 0o7777).toBe(0o2750);
});

test('an archive is the same, however it comes', async () => {
  const blocks = [
    recordsOf({ path: 'dir/name' }),
    file('x', 'y'.repeat(1500)),
    file('empty', ''),
    file('last', 'z'.repeat(512)),
  ];
  const { TarReader } = await import('../../../src/producers/url/tar/reader.ts');
  const archive = Buffer.concat([...blocks, END]);
  const read = (pieces: number) => {
    const seen: string[] = [];
    const reader = new TarReader(({ name }) => {
      seen.push(name);
      return { write: (chunk) => void seen.push(Buffer.from(chunk).toString()), close: () => void seen.push('.') };
    });
    for (let at = 0; at < archive.length; at += pieces) reader.write(archive.subarray(at, at + pieces));
    reader.end();
    return seen.join('');
  };
  for (const pieces of [1, 7, 511, 512, 513, 1000]) expect(read(pieces)).toBe(read(archive.length));
});
