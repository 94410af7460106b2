import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Delivery } from '../../../src/recipe/request.ts';
import { deliver } from '../../../src/step/deliver/deliver.ts';
import { makeReadOnly } from '../../../src/store/tree/measure.ts';
import { needs } from '../../harness/needs.ts';

needs('posix', 'modes and symlinks of POSIX');

let dir: string;
let workspace: string;
let build: string;
/** What the runner was told. */
let told: string[];

beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'deliver-test-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  workspace = join(dir, 'workspace');
  build = join(dir, 'root/build-once/v1/k-0/0123456789ab');
  mkdirSync(workspace);
  mkdirSync(join(build, 'bin'), { recursive: true });
  writeFileSync(join(build, 'bin/tool'), 'tool', { mode: 0o755 });
  writeFileSync(join(build, 'readme'), 'text');
  symlinkSync('bin/tool', join(build, 'link'));
  told = [];
});

const runner = {
  addPath: (path: string) => void told.push(`path ${path}`),
  exportVariable: (name: string, value: string) => void told.push(`${name}=${value}`),
};

function give(delivery: Partial<Delivery>, signal?: AbortSignal): Promise<void> {
  const nothing: Delivery = { workspace, link: undefined, copyTo: undefined, addPath: [], exportEnv: [] };
  return deliver({ ...nothing, ...delivery }, { path: build, key: 'the-key', token: '0123456789ab' }, runner, signal);
}

const at = (name: string) => join(workspace, name);
const text = (name: string) => readFileSync(at(name), 'utf8');
const failure = (message: RegExp) =>
  expect.objectContaining({ code: 'DELIVERY_FAILED', message: expect.stringMatching(message) });

describe('add-path and export-env', () => {
  test('tell the runner paths below the build', async () => {
    await give({
      addPath: ['bin', '.'],
      exportEnv: [
        { name: 'HOME_OF_TOOL', path: '.' },
        { name: 'TOOL', path: 'bin/tool' },
      ],
    });
    expect(told).toEqual([
      `path ${join(build, 'bin')}`,
      `path ${build}`,
      `HOME_OF_TOOL=${build}`,
      `TOOL=${join(build, 'bin/tool')}`,
    ]);
  });

  test('a part that the build lacks fails the step before the runner was told anything', async () => {
    await expect(give({ addPath: ['bin', 'sbin'] })).rejects.toEqual(
      failure(/^add-path: .*"the-key" has no sbin.*bin, link, readme/),
    );
    await expect(give({ exportEnv: [{ name: 'LIB', path: 'lib' }], link: at('l') })).rejects.toEqual(
      failure(/^export-env LIB: /),
    );
    expect(told).toEqual([]);
    expect(existsSync(at('l'))).toBe(false);
  });
});

describe('link', () => {
  test('is made with its parents, and replaced when it is a link already', async () => {
    await give({ link: at('a/b/llvm') });
    expect(readlinkSync(at('a/b/llvm'))).toBe(build);
    rmSync(at('a/b/llvm'));
    symlinkSync('somewhere', at('a/b/llvm'));
    await give({ link: at('a/b/llvm') });
    await give({ link: at('a/b/llvm') });
    expect(readlinkSync(at('a/b/llvm'))).toBe(build);
    expect(readdirSync(at('a/b'))).toEqual(['llvm']);
  });

  test('never replaces a folder or a file', async () => {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), 'mine');
    await expect(give({ link: at('folder') })).rejects.toEqual(failure(/is a folder/));
    await expect(give({ link: at('file') })).rejects.toEqual(failure(/is a file/));
    expect(text('file')).toBe('mine');
    expect(readdirSync(workspace)).toEqual(['file', 'folder']);
  });
});

describe('a target whose parents lead out of the workspace', () => {
  test.for(['link', 'copyTo'] as const)('is refused for %s, and nothing is made outside', async (how) => {
    const outside = join(dir, 'outside');
    mkdirSync(outside);
    symlinkSync('../outside', at('way'));
    symlinkSync('../nowhere', at('dangling'));
    symlinkSync('loop', at('loop'));
    for (const way of ['way/x', 'way/deeper/x', 'dangling/x', 'loop/x']) {
      await expect(give({ [how]: at(way) })).rejects.toEqual(failure(/outside of the workspace/));
    }
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(dir, 'nowhere'))).toBe(false);
  });

  test('is fine while the links stay inside, and where the workspace itself is reached through one', async () => {
    mkdirSync(at('real'));
    symlinkSync('real', at('way'));
    await give({ link: at('way/x') });
    expect(readlinkSync(at('real/x'))).toBe(build);
    const alias = join(dir, 'alias');
    symlinkSync('workspace', alias);
    await give({ workspace: alias, link: join(alias, 'y') });
    expect(readlinkSync(at('y'))).toBe(build);
  });

  test('is refused for the workspace itself', async () => {
    await expect(give({ copyTo: workspace })).rejects.toEqual(failure(/outside of the workspace/));
  });
});

describe('copy-to', () => {
  // A Mac has no names that are no UTF-8.
  test.runIf(process.platform === 'linux')(
    'copies everything as it is, names that are no UTF-8 and times too',
    async () => {
      const odd = (parent: string) => Buffer.concat([Buffer.from(`${parent}/`), Buffer.from([0xff, 0xfe])]);
      writeFileSync(odd(build), 'odd');
      symlinkSync('/absolute/nowhere', join(build, 'dangling'));
      writeFileSync(join(build, 'large'), '');
      truncateSync(join(build, 'large'), 3 * 1024 * 1024);
      utimesSync(join(build, 'readme'), 1000, 2000);
      utimesSync(join(build, 'large'), 1000, 2000);
      await give({ copyTo: at('deps/llvm') });
      expect(text('deps/llvm/bin/tool')).toBe('tool');
      expect(lstatSync(at('deps/llvm/bin/tool')).mode & 0o777).toBe(0o755);
      expect(readlinkSync(at('deps/llvm/link'))).toBe('bin/tool');
      expect(readlinkSync(at('deps/llvm/dangling'))).toBe('/absolute/nowhere');
      expect(readFileSync(odd(at('deps/llvm')), 'utf8')).toBe('odd');
      expect(lstatSync(at('deps/llvm/readme')).mtimeMs).toBe(2_000_000);
      expect(lstatSync(at('deps/llvm/large'))).toMatchObject({ mtimeMs: 2_000_000, size: 3 * 1024 * 1024 });
      expect(readdirSync(at('deps'))).toEqual(['llvm']);
    },
  );

  test('is private and writable, also when the build is read-only', async () => {
    writeFileSync(join(build, 'large'), '');
    truncateSync(join(build, 'large'), 3 * 1024 * 1024);
    await makeReadOnly(build);
    await give({ copyTo: at('copy') });
    for (const name of ['', 'bin', 'bin/tool', 'readme', 'large']) {
      expect(lstatSync(join(at('copy'), name)).mode & 0o200, name).not.toBe(0);
    }
    writeFileSync(at('copy/readme'), 'changed');
    expect(readFileSync(join(build, 'readme'), 'utf8')).toBe('text');
  });

  test('replaces a copy of ours, changed by the job before, and an empty folder', async () => {
    mkdirSync(at('copy'));
    await give({ copyTo: at('copy') });
    expect(JSON.parse(text('copy/.build-once.json'))).toEqual({ key: 'the-key', build: '0123456789ab' });
    writeFileSync(at('copy/readme'), 'changed');
    writeFileSync(at('copy/left-over'), '');
    await give({ copyTo: at('copy') });
    expect(text('copy/readme')).toBe('text');
    expect(readdirSync(at('copy'))).toEqual(['.build-once.json', 'bin', 'link', 'readme']);
    expect(readdirSync(workspace)).toEqual(['copy']);
  });

  test('never replaces what is not ours', async () => {
    mkdirSync(at('folder'));
    writeFileSync(at('folder/precious'), 'mine');
    writeFileSync(at('file'), 'mine');
    symlinkSync('folder', at('link'));
    mkdirSync(at('odd'));
    writeFileSync(at('odd/.build-once.json'), '{"key":"k"}');
    for (const name of ['folder', 'file', 'link', 'odd']) {
      await expect(give({ copyTo: at(name) }), name).rejects.toEqual(failure(/did not make.*nothing was changed/));
    }
    expect(text('folder/precious')).toBe('mine');
    expect(readdirSync(workspace)).toEqual(['file', 'folder', 'link', 'odd']);
  });

  test('clears away the halves that killed steps left, and no other names', async () => {
    mkdirSync(at('.copy.build-once-0123456789ab/half'), { recursive: true });
    mkdirSync(at('.copy.build-once-0123456789ab-old'));
    mkdirSync(at('.other.build-once-0123456789ab'));
    await give({ copyTo: at('copy') });
    expect(readdirSync(workspace)).toEqual(['.other.build-once-0123456789ab', 'copy']);
  });

  test('leaves nothing when aborted, and what was there stays', async () => {
    await give({ copyTo: at('copy') });
    writeFileSync(at('copy/mark'), '');
    let asked = 0;
    const throwIfAborted = () => {
      asked += 1;
      if (asked === 4) throw 'stop';
    };
    await expect(give({ copyTo: at('copy') }, { throwIfAborted } as AbortSignal)).rejects.toBe('stop');
    expect(asked).toBe(4);
    expect(existsSync(at('copy/mark'))).toBe(true);
    expect(readdirSync(workspace)).toEqual(['copy']);
  });
});
