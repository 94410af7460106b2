import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs } from '../../harness/needs.ts';
import { at, failure, give, scene, text } from './scene.ts';

needs('posix', 'modes and symlinks of POSIX');

describe('add-path and export-env', () => {
  test('tell the runner paths below the build', async () => {
    await give({
      addPath: ['bin', '.'],
      exportEnv: [
        { name: 'HOME_OF_TOOL', path: '.' },
        { name: 'TOOL', path: 'bin/tool' },
      ],
    });
    expect(scene.told).toEqual([
      `path ${join(scene.build, 'bin')}`,
      `path ${scene.build}`,
      `HOME_OF_TOOL=${scene.build}`,
      `TOOL=${join(scene.build, 'bin/tool')}`,
    ]);
  });

  test('a part that the build lacks fails the step before the runner was told anything', async () => {
    await expect(give({ addPath: ['bin', 'sbin'] })).rejects.toEqual(
      failure(/^add-path: .*"the-key" has no sbin.*bin, link, readme/),
    );
    await expect(give({ exportEnv: [{ name: 'LIB', path: 'lib' }], link: at('l') })).rejects.toEqual(
      failure(/^export-env LIB: /),
    );
    expect(scene.told).toEqual([]);
    expect(existsSync(at('l'))).toBe(false);
  });
});

describe('a part that is a link', () => {
  const asks = (path: string) => [{ addPath: [path] }, { exportEnv: [{ name: 'PART', path }] }];

  test('is told to the runner while it stays in the build', async () => {
    symlinkSync('../bin', join(scene.build, 'bin/again'));
    symlinkSync(join(scene.build, 'bin'), join(scene.build, 'absolute'));
    for (const path of ['bin/again', 'absolute', 'absolute/again', 'link'])
      for (const ask of asks(path)) await give(ask);
    const alias = join(scene.dir, 'alias');
    symlinkSync('root', alias);
    await give({ addPath: ['absolute'] }, undefined, scene.build.replace('/root/', '/alias/'));
    expect(scene.told).toHaveLength(9);
  });

  test('is refused where it leads out, by whatever way, before anything is told or made', async () => {
    mkdirSync(join(scene.dir, 'outside/bin'), { recursive: true });
    mkdirSync(`${scene.build}-more`);
    const out = {
      absolute: join(scene.dir, 'outside/bin'),
      relative: '../../../../../outside',
      twice: 'absolute',
      above: '..',
      neighbour: `${scene.build}-more`,
    };
    for (const [name, content] of Object.entries(out)) symlinkSync(content, join(scene.build, name));
    for (const path of [...Object.keys(out), 'relative/bin'])
      for (const ask of asks(path))
        await expect(give({ ...ask, link: at('l') }), path).rejects.toEqual(failure(/leads out of the build/));
    symlinkSync('loop', join(scene.build, 'loop'));
    for (const path of ['loop', 'readme/x', 'x'.repeat(300)])
      for (const ask of asks(path)) await expect(give(ask), path).rejects.toEqual(failure(/ has no /));
    expect(scene.told).toEqual([]);
    expect(readdirSync(scene.workspace)).toEqual([]);
  });
});

test('a variable may name a file that is a link out of the build, as the interpreter of a virtual environment is', async () => {
  symlinkSync(process.execPath, join(scene.build, 'bin/python'));
  await give({ exportEnv: [{ name: 'PYTHON', path: 'bin/python' }] });
  expect(scene.told).toEqual([`PYTHON=${scene.build}/bin/python`]);
});

test('a path with the separator of PATH in it is no folder of PATH, but may be a variable', async () => {
  mkdirSync(join(scene.build, 'a:b'));
  await expect(give({ addPath: ['bin', 'a:b'] })).rejects.toEqual(failure(/has a ":" in it/));
  await give({ exportEnv: [{ name: 'A', path: 'a:b' }] });
  expect(scene.told).toEqual([`A=${scene.build}/a:b`]);
});

describe('link', () => {
  test('is made with its parents, and replaced when it is a link already', async () => {
    await give({ link: at('a/b/llvm') });
    expect(readlinkSync(at('a/b/llvm'))).toBe(scene.build);
    rmSync(at('a/b/llvm'));
    symlinkSync('somewhere', at('a/b/llvm'));
    await give({ link: at('a/b/llvm') });
    await give({ link: at('a/b/llvm') });
    expect(readlinkSync(at('a/b/llvm'))).toBe(scene.build);
    expect(readdirSync(at('a/b'))).toEqual(['llvm']);
  });

  test('never replaces a folder or a file', async () => {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), 'mine');
    await expect(give({ link: at('folder') })).rejects.toEqual(failure(/is a folder/));
    await expect(give({ link: at('file') })).rejects.toEqual(failure(/is a file/));
    expect(text('file')).toBe('mine');
    expect(readdirSync(scene.workspace)).toEqual(['file', 'folder']);
  });
});

describe('a target whose parents lead out of the workspace', () => {
  test.for(['link', 'copyTo'] as const)('is refused for %s, and nothing is made outside', async (how) => {
    const outside = join(scene.dir, 'outside');
    mkdirSync(outside);
    symlinkSync('../outside', at('way'));
    symlinkSync('../nowhere', at('dangling'));
    symlinkSync('loop', at('loop'));
    for (const way of ['way/x', 'way/deeper/x', 'dangling/x', 'loop/x']) {
      await expect(give({ [how]: at(way) })).rejects.toEqual(failure(/outside of the workspace/));
    }
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(scene.dir, 'nowhere'))).toBe(false);
  });

  test('is fine while the links stay inside, and where the workspace itself is reached through one', async () => {
    mkdirSync(at('real'));
    symlinkSync('real', at('way'));
    await give({ link: at('way/x') });
    expect(readlinkSync(at('real/x'))).toBe(scene.build);
    await give({ copyTo: at('way/z') });
    await give({ copyTo: at('real/z') });
    expect(readdirSync(at('real'))).toEqual(['.z.build-once', 'x', 'z']);
    const alias = join(scene.dir, 'alias');
    symlinkSync('workspace', alias);
    await give({ workspace: alias, link: join(alias, 'y') });
    expect(readlinkSync(at('y'))).toBe(scene.build);
  });

  test('is refused for the workspace itself', async () => {
    await expect(give({ copyTo: scene.workspace })).rejects.toEqual(failure(/outside of the workspace/));
  });
});
