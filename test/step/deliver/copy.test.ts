import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeReadOnly } from '../../../src/store/tree/measure.ts';
import { needs } from '../../harness/needs.ts';
import { at, failure, give, scene, text } from './scene.ts';

needs('posix', 'modes and symlinks of POSIX');

describe('copy-to', () => {
  // A Mac has no names that are no UTF-8.
  test.runIf(process.platform === 'linux')(
    'copies everything as it is, names that are no UTF-8 and times too',
    async () => {
      const odd = (parent: string) => Buffer.concat([Buffer.from(`${parent}/`), Buffer.from([0xff, 0xfe])]);
      writeFileSync(odd(scene.build), 'odd');
      symlinkSync('/absolute/nowhere', join(scene.build, 'dangling'));
      writeFileSync(join(scene.build, 'large'), '');
      truncateSync(join(scene.build, 'large'), 3 * 1024 * 1024);
      utimesSync(join(scene.build, 'readme'), 1000, 2000);
      utimesSync(join(scene.build, 'large'), 1000, 2000);
      await give({ copyTo: at('deps/llvm') });
      expect(text('deps/llvm/bin/tool')).toBe('tool');
      expect(lstatSync(at('deps/llvm/bin/tool')).mode & 0o777).toBe(0o755);
      expect(readlinkSync(at('deps/llvm/link'))).toBe('bin/tool');
      expect(readlinkSync(at('deps/llvm/dangling'))).toBe('/absolute/nowhere');
      expect(readFileSync(odd(at('deps/llvm')), 'utf8')).toBe('odd');
      expect(lstatSync(at('deps/llvm/readme')).mtimeMs).toBe(2_000_000);
      expect(lstatSync(at('deps/llvm/large'))).toMatchObject({ mtimeMs: 2_000_000, size: 3 * 1024 * 1024 });
      expect(readdirSync(at('deps'))).toEqual(['.llvm.build-once', 'llvm']);
    },
  );

  test('is private and writable, also when the build is read-only', async () => {
    writeFileSync(join(scene.build, 'large'), '');
    truncateSync(join(scene.build, 'large'), 3 * 1024 * 1024);
    await makeReadOnly(scene.build);
    await give({ copyTo: at('copy') });
    for (const name of ['', 'bin', 'bin/tool', 'readme', 'large']) {
      expect(lstatSync(join(at('copy'), name)).mode & 0o200, name).not.toBe(0);
    }
    writeFileSync(at('copy/readme'), 'changed');
    expect(readFileSync(join(scene.build, 'readme'), 'utf8')).toBe('text');
  });

  test('replaces a copy of ours, changed by the job before, and an empty folder', async () => {
    mkdirSync(at('copy'));
    await give({ copyTo: at('copy') });
    writeFileSync(at('copy/readme'), 'changed');
    writeFileSync(at('copy/left-over'), '');
    await give({ copyTo: at('copy') });
    expect(text('copy/readme')).toBe('text');
    expect(readdirSync(at('copy'))).toEqual(['bin', 'link', 'readme']);
    expect(readdirSync(scene.workspace)).toEqual(['.copy.build-once', 'copy']);
    expect(readdirSync(at('.copy.build-once'))).toEqual(['.gitignore', expect.stringMatching(/^copy-/)]);
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
    expect(readdirSync(scene.workspace)).toEqual(['file', 'folder', 'link', 'odd']);
  });

  test('clears away the halves that killed steps left, and no other names', async () => {
    mkdirSync(at('.copy.build-once-0123456789ab/half'), { recursive: true });
    mkdirSync(at(`.copy.build-once/new-${process.pid}-0123456789ab/half`), { recursive: true });
    mkdirSync(at('.copy.build-once-mine'));
    mkdirSync(at('.copy.build-once-0123456789ab-old'));
    mkdirSync(at('.other.build-once-0123456789ab'));
    await give({ copyTo: at('copy') });
    expect(readdirSync(scene.workspace)).toEqual([
      '.copy.build-once',
      '.copy.build-once-mine',
      '.other.build-once-0123456789ab',
      'copy',
    ]);
    expect(readdirSync(at('.copy.build-once'))).toEqual(['.gitignore', expect.stringMatching(/^copy-/)]);
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
    expect(readdirSync(at('.copy.build-once'))).toEqual(['.gitignore', expect.stringMatching(/^copy-/)]);
    await give({ copyTo: at('copy') });
    expect(existsSync(at('copy/mark'))).toBe(false);
  });
});
