import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../harness/job/job.ts';
import { anAttempt } from '../../harness/lock/an-attempt.ts';
import { type Item, tarOf, zipOf } from '../../harness/servers/an-archive.ts';
import { cutAfter, flakyServer, inPieces, pretendLength } from '../../harness/servers/flaky-server.ts';
import { aUrl, failure, fetching, of, sha256Of } from './fetching.ts';

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

const LONG = 'long'.repeat(16);

/** Files of all sizes, an executable one, links and names that are not plain. */
function aTree(): string {
  const tree = join(tempDir(), 'sdk-1.0');
  mkdirSync(join(tree, 'bin'), { recursive: true });
  mkdirSync(join(tree, 'empty'));
  writeFileSync(join(tree, 'bin/tool'), '#!/bin/sh\necho tool\n');
  chmodSync(join(tree, 'bin/tool'), 0o755);
  symlinkSync('tool', join(tree, 'bin/other'));
  symlinkSync('../bin', join(tree, 'empty/up'));
  writeFileSync(join(tree, 'large'), 'all work and no play '.repeat(100_000));
  utimesSync(join(tree, 'large'), 1e9, 1e9);
  writeFileSync(join(tree, 'none'), '');
  writeFileSync(join(tree, 'naïve ☃ name'), 'snow');
  mkdirSync(join(tree, LONG, LONG), { recursive: true });
  writeFileSync(join(tree, LONG, LONG, 'name'), 'long');
  return tree;
}

function expectTree(out: string): void {
  expect(readdirSync(out).sort()).toEqual(['bin', 'empty', 'large', LONG, 'naïve ☃ name', 'none']);
  expect(execFileSync(join(out, 'bin/other'), { encoding: 'utf8' })).toBe('tool\n');
  expect(readlinkSync(join(out, 'empty/up'))).toBe('../bin');
  expect(readFileSync(join(out, 'large'), 'utf8')).toBe('all work and no play '.repeat(100_000));
  expect(statSync(join(out, 'none')).size).toBe(0);
  expect(readFileSync(join(out, 'naïve ☃ name'), 'utf8')).toBe('snow');
  expect(readFileSync(join(out, LONG, LONG, 'name'), 'utf8')).toBe('long');
  expect(statSync(join(out, 'large')).mode & 0o111).toBe(0);
}

const forms: readonly (readonly [string, string, string])[] = [
  ['tar', 'tar', ''],
  ['tar.gz', 'gzip', '--gzip'],
  ['tar.xz', 'xz', '--xz'],
  ['tar.zst', 'zstd', '--zstd'],
  ['tar.bz2', 'bzip2', '--bzip2'],
];

describe.each(forms)('a %s', (form, program, option) => {
  const name = has(program) ? 'is unpacked' : `is unpacked (not seen: no ${program} here)`;
  test.skipIf(!has(program)).each(['gnu', 'pax', 'ustar'])(
    `${name} (%s), whatever its URL is called`,
    async (format) => {
      const tree = aTree();
      const archive = join(tempDir(), `sdk.${form}`);
      execFileSync('tar', [
        '-c',
        `--format=${format}`,
        ...(option ? [option] : []),
        '-f',
        archive,
        '-C',
        join(tree, '..'),
        'sdk-1.0',
      ]);
      const content = readFileSync(archive);
      // Breaks in the middle: digest and unpacking go on where they were.
      const server = await flakyServer(content, cutAfter(Math.floor(content.length / 2)));
      const attempt = anAttempt();
      expect(await fetching(aUrl(server.url('download'), { strip: 1 }), attempt)).toBe(`sha256:${sha256Of(content)}`);
      expectTree(attempt.out);
      expect(statSync(join(attempt.out, 'large')).mtimeMs).toBe(1e12);
      expect(server.seen).toHaveLength(2);
      expect(readdirSync(attempt.scratch)).toEqual([]);
    },
  );
});

test.skipIf(!has('zip'))(`a zip is unpacked${has('zip') ? '' : ' (not seen: no zip here)'}`, async () => {
  const tree = aTree();
  const archive = join(tempDir(), 'sdk.zip');
  execFileSync('zip', ['-qry', archive, 'sdk-1.0'], { cwd: join(tree, '..') });
  const server = await flakyServer(readFileSync(archive));
  const attempt = anAttempt();
  await fetching(aUrl(server.url('download'), { strip: 1 }), attempt);
  expectTree(attempt.out);
  expect(readdirSync(attempt.scratch)).toEqual([]);
});

test('hard links stay links', async () => {
  const server = await flakyServer(
    tarOf(
      { path: 'p/one', content: 'one' },
      { path: 'p/two', type: 'Link', linkpath: 'p/one' },
      { path: 'p/one', type: 'Link', linkpath: 'p/one' },
    ),
  );
  const { out, ...attempt } = anAttempt();
  await fetching(aUrl(server.url('a.tar'), { strip: 1 }), { out, ...attempt });
  expect(readFileSync(join(out, 'two'), 'utf8')).toBe('one');
  expect(statSync(join(out, 'two')).ino).toBe(statSync(join(out, 'one')).ino);
});

test('rights are those of the archive, without setuid and within the umask', async () => {
  const modes = { all: 0o777, setuid: 0o4755, program: 0o755, mine: 0o600, none: 0o000 };
  const server = await flakyServer(
    tarOf(...Object.entries(modes).map(([path, mode]) => ({ path, mode, content: path }))),
  );
  const { out, ...attempt } = anAttempt();
  await fetching(aUrl(server.url('a.tar')), { out, ...attempt });
  const found = Object.keys(modes).map((name) => (statSync(join(out, name)).mode & 0o7777).toString(8));
  const allowed = 0o777 & ~process.umask();
  expect(found).toEqual(
    [0o777 & allowed, 0o755 & allowed, 0o755 & allowed, 0o600, 0o400].map((mode) => mode.toString(8)),
  );
});

test('a name that comes twice is what came last, as tar has it', async () => {
  const server = await flakyServer(tarOf({ path: 'a', content: 'one' }, { path: './a', content: 'two' }));
  const { out, ...attempt } = anAttempt();
  await fetching(aUrl(server.url('a.tar')), { out, ...attempt });
  expect(readFileSync(join(out, 'a'), 'utf8')).toBe('two');
});

const file = (path: string): Item => ({ path, content: 'evil' });
const link = (path: string, linkpath: string): Item => ({ path, type: 'SymbolicLink', linkpath });
const hard = (path: string, linkpath: string): Item => ({ path, type: 'Link', linkpath });

const hostile: readonly (readonly [string, string, readonly Item[]])[] = [
  ['an absolute path', '"/tmp/evil" is an absolute path', [file('/tmp/evil')]],
  ['..', '"a/../../evil" leads out of its folder with ".."', [file('a/../../evil')]],
  ['an absolute link', '"a" is a link to an absolute path', [link('a', '/etc')]],
  ['a link to outside', '"a/b" is a link that leads out of the archive', [link('a/b', '../../etc')]],
  [
    'a link to outside through a link',
    '"out" is a link that leads out',
    [link('a/b/up', '../..'), link('out', 'a/b/up/..')],
  ],
  [
    'a link to outside through a later link',
    '"out" is a link that leads out',
    [link('out', 'a/b/up/..'), link('a/b/up', '../..')],
  ],
  [
    'a link that differs in case from what it goes through',
    '"out" is a link that leads out',
    [link('a/b/up', '../..'), link('out', 'A/B/UP/..')],
  ],
  [
    'a link through what may come to be there, and differs in case from a link',
    '"out" is a link that leads out',
    [file('a/b/c'), link('up', 'a/b'), link('out', 'UP/../..')],
  ],
  ['a file through a link', '"a/b" goes through "a", which is a link', [link('a', 'c'), file('a/b')]],
  ['a file instead of a link', '"a" is already there as a link', [link('a', 'c'), file('a')]],
  [
    'a folder through a file',
    '"a/b" goes through "a", which is a file',
    [file('a'), { path: 'a/b', type: 'Directory' }],
  ],
  ['a hard link to outside', '"a" is a hard link to a file that does not come before it', [hard('a', 'etc/passwd')]],
  [
    'a hard link to another case',
    '"b" is a hard link to a file that does not come before it',
    [file('a'), hard('b', 'A')],
  ],
  ['a hard link with ..', '"../etc/passwd" leads out', [hard('a', '../etc/passwd')]],
  ['a device', '"a" is neither a file nor a folder nor a link', [{ path: 'a', type: 'CharacterDevice' }]],
  ['a disk', '"a" is neither a file nor a folder nor a link', [{ path: 'a', type: 'BlockDevice' }]],
  ['a pipe', '"a" is neither a file nor a folder nor a link', [{ path: 'a', type: 'FIFO' }]],
  ['a sparse file', '"a" is a sparse file, which is not supported', [{ path: 'a', type: 'SparseFile' }]],
  ['names that differ in case', '"A/c" differs from "a" only in case', [file('a/b'), file('A/c')]],
  ['names that differ in Unicode form', 'differs from', [file('\u00e9'), file('e\u0301')]],
  ['a name with a line break', '"a\\n::error::x" has control characters', [file('a\n::error::x')]],
  ['a name with a command to a terminal', '"a\\x9b2J" has control characters', [file('a\x9b2J')]],
];

test.each(hostile)('an archive with %s is refused, and named', async (_what, why, items) => {
  const server = await flakyServer(gzipSync(tarOf(file('fine'), ...items)));
  const attempt = anAttempt();
  const told = await failure(fetching(aUrl(server.url('a.tar.gz')), attempt));
  expect(told).toContain(`${of(server)} failed: the archive is refused: `);
  expect(told).toContain(why);
  expect(existsSync('/tmp/evil')).toBe(false);
  expect(readdirSync(join(attempt.out, '..')).sort()).toEqual(['out', 'scratch']);
  // Links are made last, so there is none to have been written through.
  expect(readdirSync(attempt.out).filter((name) => lstatSync(join(attempt.out, name)).isSymbolicLink())).toEqual([]);
});

const hostileZips: readonly (readonly [string, string, readonly Item[]])[] = [
  ['an absolute path', '"/tmp/evil"', [file('/tmp/evil')]],
  ['..', '"a/../../evil"', [file('a/../../evil')]],
  [
    'a link to outside',
    '"a" is a link that leads out of the archive',
    [{ path: 'a', type: 'SymbolicLink', content: '../etc' }],
  ],
  [
    'a file through a link',
    '"a/b" goes through "a", which is a link',
    [{ path: 'a', type: 'SymbolicLink', content: 'c' }, file('a/b')],
  ],
  ['names that differ in case', '"A" differs from "a" only in case', [file('a'), file('A')]],
];

test.each(hostileZips)('a zip with %s is refused, and named', async (_what, why, items) => {
  const server = await flakyServer(zipOf(file('fine'), ...items));
  const attempt = anAttempt();
  const told = await failure(fetching(aUrl(server.url('a.zip')), attempt));
  expect(told).toContain(`${of(server)} failed: the archive is refused: `);
  expect(told).toContain(why);
  expect(readdirSync(attempt.scratch)).toEqual([]);
});

test('a backslash in a zip is part of a name where Unix packed it, and a slash where DOS did', async () => {
  const archive = zipOf({ path: 'é\\b', content: 'x' });
  const server = await flakyServer(archive);
  const [unix, dos] = [anAttempt(), anAttempt()];
  await fetching(aUrl(server.url('a.zip')), unix);
  expect(readdirSync(unix.out)).toEqual(['é\\b']);
  server.content = Buffer.from(
    archive.toString('latin1').replace('PK\x01\x02\x00\x03', 'PK\x01\x02\x00\x00'),
    'latin1',
  );
  await fetching(aUrl(server.url('a.zip')), dos);
  expect(readdirSync(dos.out)).toEqual(['é']);
});

test('a name in a zip that is not UTF-8 is refused, not changed', async () => {
  const archive = Buffer.from(zipOf(file('caf?')).toString('latin1').replaceAll('caf?', 'caf\xe9'), 'latin1');
  const server = await flakyServer(archive);
  expect(await failure(fetching(aUrl(server.url('a.zip')), anAttempt()))).toContain('"caf\\xe9" is not UTF-8');
});

test('a zip with another content than its checksum says is damaged', async () => {
  const server = await flakyServer(Buffer.from(zipOf(file('a')).toString('latin1').replace('evil', 'good'), 'latin1'));
  const why = await failure(fetching(aUrl(server.url('a.zip')), anAttempt()));
  expect(why).toContain('the archive cannot be unpacked: the checksum of "a" is wrong');
});

test('links inside the tree are taken, dangling ones and circles too', async () => {
  const links = {
    'a/b/c': '../../x',
    'a/dangling': 'nowhere/at/all',
    'a/circle': 'circle',
    'a/root': '..',
    out: 'a/root/a/root',
  };
  const server = await flakyServer(tarOf(...Object.entries(links).map(([path, target]) => link(path, target))));
  const { out, ...attempt } = anAttempt();
  await fetching(aUrl(server.url('a.tar')), { out, ...attempt });
  for (const [path, target] of Object.entries(links)) expect(readlinkSync(join(out, path))).toBe(target);
});

describe('a bomb', () => {
  const bomb = () => gzipSync(tarOf({ path: 'zeros', content: Buffer.alloc(110_000_000) }));

  test('of a hundredfold is taken, and refused where max-ratio or max-unpacked is less', async () => {
    const server = await flakyServer(bomb());
    const fetch = (more: object) => fetching(aUrl(server.url('a.tar.gz'), more), anAttempt());
    expect(await failure(fetch({}))).toContain(
      'it unpacks to more than 200 times its size (max-ratio), like a zip bomb.',
    );
    expect(await failure(fetch({ maxUnpackedBytes: 5e7 }))).toContain(
      'it unpacks to more than max-unpacked (50 MB); if that is expected, raise it.',
    );
    expect(await fetch({ maxRatio: 2000 })).toMatch(/^sha256:/);
  });
});

test('strip that takes all names away is an error, and so is an empty archive', async () => {
  const server = await flakyServer(tarOf(file('a'), file('b/c')));
  expect(await failure(fetching(aUrl(server.url('a.tar'), { strip: 2 }), anAttempt()))).toContain(
    'strip: 2 removes every name',
  );
  server.content = gzipSync(tarOf({ path: './', type: 'Directory' }));
  expect(await failure(fetching(aUrl(server.url('a.tar.gz')), anAttempt()))).toContain('it is empty');
});

test.each(['tar', 'tar.gz', 'zip'])(
  'a %s that is cut short fails, also where the server says that was all',
  async (form) => {
    const items = [
      file('a'),
      { path: 'b', content: Buffer.from(Array.from({ length: 20_000 }, (_, n) => (n * n) % 251)) },
    ];
    const archive = form === 'zip' ? zipOf(...items) : form === 'tar' ? tarOf(...items) : gzipSync(tarOf(...items));
    const server = await flakyServer(archive);
    server.otherwise = pretendLength(archive.length - 8000 / (form === 'tar.gz' ? 40 : 1));
    const url = server.url(`a.${form}`);
    expect(await failure(fetching(aUrl(url), anAttempt()))).toContain('the archive cannot be unpacked: ');
    // A digest tells better what is wrong.
    const sha256 = sha256Of(archive);
    expect(await failure(fetching(aUrl(url, { sha256 }), anAttempt()))).toContain(`expected ${sha256}, got `);
  },
);

test('a page instead of an archive is no archive', async () => {
  const server = await flakyServer('<!DOCTYPE html>Log in');
  expect(await failure(fetching(aUrl(server.url('a.tar.gz')), anAttempt()))).toContain(
    'its name is a.tar.gz, but the download is not an archive; open the URL by hand: it may be a login page or an error page',
  );
  expect(await failure(fetching(aUrl(server.url('a'), { strip: 1 }), anAttempt()))).toContain(
    '`strip` is set, but the download is not an archive',
  );
});

test('a compressed file that is no archive stays as it came', async () => {
  const content = gzipSync('not an archive '.repeat(100_000));
  const server = await flakyServer(content);
  for (const url of [server.url('data.json.gz'), server.url('small.gz')]) {
    const { out, ...attempt } = anAttempt();
    await fetching(aUrl(url), { out, ...attempt });
    expect(readFileSync(join(out, url.split('/').at(-1) ?? '')).equals(server.content)).toBe(true);
    server.content = gzipSync('short');
  }
});

test('with shared: group, the group may do what the owner may', async () => {
  const content = 'x';
  const entries = [
    { path: 'own/', type: 'Directory', mode: 0o700 },
    { path: 'own/secret', content, mode: 0o600 },
    { path: 'own/tool', content, mode: 0o755 },
    { path: 'own/fixed', content, mode: 0o444 },
  ];
  const server = await flakyServer(tarOf(...entries));
  const before = process.umask(0o002);
  onTestFinished(() => void process.umask(before));
  const { out, ...attempt } = anAttempt({ groupShared: true });
  await fetching(aUrl(server.url('a.tar')), { out, ...attempt });
  const modes = entries.map(({ path }) => (statSync(join(out, path)).mode & 0o777).toString(8));
  expect(modes).toEqual(['770', '660', '775', '444']);
});

/** As several processors, or several runs of one, pack it; what each one adds may begin anywhere. */
function inFrames(archive: Buffer): Buffer {
  const cuts = Array.from({ length: Math.ceil(archive.length / 1000) }, (_, index) => 1000 * index);
  return Buffer.concat(cuts.map((at) => zstdCompressSync(archive.subarray(at, at + 1000))));
}

test.skipIf(!has('zstd'))(
  `a zstd file of several frames is unpacked to its end${has('zstd') ? '' : ' (skipped: no zstd)'}`,
  async () => {
    const server = await flakyServer(inFrames(tarOf({ path: 'a', content: 'a' }, { path: 'b', content: 'b' })));
    const { out, ...attempt } = anAttempt();
    await fetching(aUrl(server.url('a.tar.zst')), { out, ...attempt });
    expect(readdirSync(out).sort()).toEqual(['a', 'b']);
  },
);

test('a zstd file of several frames that nothing here can unpack is refused, however it comes', async () => {
  const archive = inFrames(tarOf({ path: 'a', content: 'a' }, { path: 'b', content: 'b' }));
  for (const pieces of [10, 100, 100_000]) {
    const server = await flakyServer(archive, inPieces(pieces));
    const { out, ...attempt } = anAttempt({ env: { PATH: '/nowhere' } });
    const fetch = fetching(aUrl(server.url('a.tar.zst')), { out, ...attempt });
    // In pieces that are small enough even Node finds the next frame.
    const why = await fetch.then(() => (readdirSync(out).sort().join() === 'a,b' ? '' : 'a part'), String);
    expect(why === '' || why.includes('several frames, and it takes the program zstd'), why).toBe(true);
    if (pieces === 100_000) expect(why).not.toBe('');
  }
});

test('of a compressed file that is no archive all is there, also when it comes piece by piece', async () => {
  const content = gzipSync(randomBytes(500_000));
  const server = await flakyServer(content, inPieces(4096));
  const { out, ...attempt } = anAttempt();
  await fetching(aUrl(server.url('data.bin.gz')), { out, ...attempt });
  expect(readFileSync(join(out, 'data.bin.gz')).equals(content)).toBe(true);
});

test('what is used as a whole stays whole, although it is a zip inside', async () => {
  const server = await flakyServer(zipOf(file('META-INF/MANIFEST.MF')));
  const { out, ...attempt } = anAttempt();
  await fetching(aUrl(server.url('tool.jar')), { out, ...attempt });
  expect(readdirSync(out)).toEqual(['tool.jar']);
});

test('a file whose name is too long is told as the URL it is of', async () => {
  const server = await flakyServer('x');
  const told = await failure(fetching(aUrl(server.url(`${'n'.repeat(300)}.bin`)), anAttempt()));
  expect(told).toContain('the URL ends with a file name that is too long for the file system ("nnn');
});

test('a program is made executable, other files are not', async () => {
  const server = await flakyServer('#!/bin/sh\necho hello\n');
  const { out, ...attempt } = anAttempt();
  await fetching(aUrl(server.url('tool')), { out, ...attempt });
  expect(execFileSync(join(out, 'tool'), { encoding: 'utf8' })).toBe('hello\n');
});

test('a program that is missing is named, with the package that has it', async () => {
  const server = await flakyServer(Buffer.from('fd377a585a000004', 'hex'));
  const attempt = anAttempt({ env: { PATH: '/nowhere' } });
  expect(await failure(fetching(aUrl(server.url('a.tar.xz')), attempt))).toBe(
    `${of(server)} failed: it takes the program xz to unpack it, which is not on PATH: install the package xz-utils on this runner.`,
  );
});

test('a program that hangs is ended with `build-timeout`', async () => {
  const bin = tempDir();
  writeFileSync(join(bin, 'xz'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  // More than all pipes and buffers in between take.
  const server = await flakyServer(Buffer.concat([Buffer.from('fd377a585a000004', 'hex'), randomBytes(5_000_000)]));
  let end = () => {};
  const attempt = anAttempt({
    env: { PATH: `${bin}:${process.env.PATH}` },
    timeoutMs: 1000,
    onSpawn: (kill) => (end = kill),
  });
  onTestFinished(() => end());
  expect(await failure(fetching(aUrl(server.url('a.tar.xz')), attempt))).toBe(
    `${of(server)} took longer than build-timeout (1 s) and was ended.`,
  );
});

test.skipIf(!has('xz'))('a damaged xz is told as such', async () => {
  const server = await flakyServer(Buffer.concat([Buffer.from('fd377a585a00', 'hex'), Buffer.alloc(5000, 7)]));
  expect(await failure(fetching(aUrl(server.url('a.tar.xz')), anAttempt()))).toContain(
    'cannot be unpacked: xz reports',
  );
});
