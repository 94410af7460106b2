import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  absolutePath,
  belowWorkspace,
  exportLines,
  nested,
  pathLines,
  realPath,
  workingDirectory,
} from '../../../src/step/inputs/paths.ts';
import { needs } from '../../harness/needs.ts';
import { complaint } from './complaint.ts';

const linux = { os: 'linux', workspace: '/runner/repo' };
const windows = { os: 'win32', workspace: 'D:\\work\\repo' };
const CONTROLS = 'contains control characters. Write it without them, in one line.';

describe('add-path', () => {
  test('is lines of folders of the build, normalised', () => {
    expect(pathLines('bin\n\n ./usr//bin/ \n.\na/../sbin\n..hidden\nété 1', linux)).toEqual([
      'bin',
      'usr/bin',
      '.',
      'sbin',
      '..hidden',
      'été 1',
    ]);
    expect(pathLines('usr/bin', windows)).toEqual(['usr\\bin']);
    expect(pathLines('', linux)).toEqual([]);
  });

  const ABSOLUTE = 'is an absolute path. Write a path relative to the build folder, for example bin.';
  const LEAVES = 'leaves the build folder. Write a path inside it, for example bin.';
  const SEPARATOR = 'contains a separator of PATH. Write one folder a line, without `:` and `;`.';
  test.each([
    ['/usr/bin', ABSOLUTE],
    ['\\usr', ABSOLUTE],
    ['C:\\bin', ABSOLUTE],
    ['C:/bin', ABSOLUTE],
    ['..', LEAVES],
    ['../bin', LEAVES],
    ['bin/../..', LEAVES],
    ['bin/../../etc', LEAVES],
    ['..\\bin', LEAVES],
    ['bin:lib', SEPARATOR],
    ['bin;lib', SEPARATOR],
    ['C:bin', SEPARATOR],
    ['bi\0n', CONTROLS],
  ])('%j is refused on every system', (line, said) => {
    for (const context of [linux, windows]) {
      expect(complaint(() => pathLines(`ok\n${line}`, context))).toEqual({ value: line, said });
    }
  });
});

describe('export-env', () => {
  test('is lines of names and paths of the build', () => {
    expect(exportLines('JAVA_HOME=.\n LLVM_DIR = lib/cmake/llvm/ \n_x=a=b', linux)).toEqual([
      { name: 'JAVA_HOME', path: '.' },
      { name: 'LLVM_DIR', path: 'lib/cmake/llvm' },
      { name: '_x', path: 'a=b' },
    ]);
  });

  const NAME = 'does not start with the name of a variable. Use letters, digits and _, for example `JAVA_HOME=.`';
  test.each([
    ['JAVA_HOME', 'has no `=`. Write NAME=path, for example `JAVA_HOME=.`'],
    ['=bin', NAME],
    ['1A=bin', NAME],
    ['A-B=bin', NAME],
    ['export A=bin', NAME],
    ['A=', 'has no path. Write `A=.` for the build folder itself'],
    ['A=/opt', 'is an absolute path. Write a path relative to the build folder, for example bin'],
    ['A=C:\\opt', 'is an absolute path. Write a path relative to the build folder, for example bin'],
    ['A=C:opt', 'is an absolute path. Write a path relative to the build folder, for example bin'],
    ['A=../x', 'leaves the build folder. Write a path inside it, for example bin'],
    ['PATH=bin', 'would replace the whole PATH. Use the input add-path'],
    ['Path=bin', 'would replace the whole PATH. Use the input add-path'],
    ...[
      'CI',
      'NODE_OPTIONS',
      'GITHUB_ENV',
      'github_sha',
      'RUNNER_TEMP',
      'ACTIONS_X',
      'INPUT_KEY',
      'BUILD_ONCE_TOKEN',
    ].map((name): [string, string] => [
      `${name}=x`,
      `would set ${name}, which belongs to the runner or to build-once. Choose another name`,
    ]),
  ])('%j is refused', (line, said) => {
    expect(complaint(() => exportLines(line, linux))).toEqual({ value: line, said: `${said}.` });
  });

  test('a name written twice is refused', () => {
    const said = 'names A for the second time. Write each name once.';
    expect(complaint(() => exportLines('A=x\nB=y\nA=z', linux))).toEqual({ value: 'A=z', said });
  });

  test('names that differ in case are two where the system tells them apart', () => {
    expect(exportLines('a=x\nA=y', linux)).toHaveLength(2);
  });
});

describe('link and copy-to', () => {
  test.each([
    ['tools', '/runner/repo/tools'],
    ['./a/../deps/llvm/', '/runner/repo/deps/llvm'],
    ['/runner/repo/deps', '/runner/repo/deps'],
    ['..deps', '/runner/repo/..deps'],
  ])('%s is %s', (text, path) => {
    expect(belowWorkspace(text, linux)).toBe(path);
  });

  test('on Windows too', () => {
    expect(belowWorkspace('deps/llvm', windows)).toBe('D:\\work\\repo\\deps\\llvm');
    for (const text of ['C:\\x', 'C:x', '\\x', '..\\x', '\\\\host\\share\\x']) {
      expect(() => belowWorkspace(text, windows), text).toThrow('leaves the workspace');
    }
  });

  const LEAVES = 'leaves the workspace. Write a path relative to GITHUB_WORKSPACE, for example deps/toolchain.';
  const SELF = 'is the workspace itself. Write a path inside it, for example deps/toolchain.';
  test.each([
    ['.', SELF],
    ['a/..', SELF],
    ['/runner/repo', SELF],
    ['..', LEAVES],
    ['../other', LEAVES],
    ['../repo2', LEAVES],
    ['/runner/repository', LEAVES],
    ['/etc/passwd', LEAVES],
    ['..\\x', LEAVES],
    ['C:\\x', LEAVES],
    ['a\nb', CONTROLS],
  ])('%j is refused', (text, said) => {
    expect(complaint(() => belowWorkspace(text, linux))).toEqual({ value: text, said });
  });

  test.each([
    ['/w/a', '/w/a', true],
    ['/w/a', '/w/a/b', true],
    ['/w/a/b', '/w/a', true],
    ['/w/a', '/w/ab', false],
    ['/w/a', '/w/..a', false],
    ['/w/a', '/w/b', false],
  ])('%s and %s: nested is %s', (a, b, value) => {
    expect(nested(a, b, linux)).toBe(value);
  });
});

describe('working-directory', () => {
  test.each([
    ['', '/runner/repo', ''],
    ['sub/dir', '/runner/repo/sub/dir', 'sub/dir'],
    ['./sub/', '/runner/repo/sub', 'sub'],
    ['/runner/repo/sub', '/runner/repo/sub', 'sub'],
    ['../other', '/runner/other', '../other'],
    ['/opt/src', '/opt/src', '/opt/src'],
  ])('%j is %s, and %j on every runner', (text, absolute, portable) => {
    expect(workingDirectory(text, linux)).toEqual({ absolute, portable });
  });
});

describe('absolutePath', () => {
  test('takes what is absolute on the system at hand', () => {
    expect(absolutePath('/opt/cache', linux)).toBe('/opt/cache');
    expect(absolutePath('E:\\cache', windows)).toBe('E:\\cache');
  });

  const said = 'is not an absolute path. Write one that starts at the root, for example /opt/ci-cache.';
  test.each(['cache', './cache', '~/cache', 'C:\\cache'])('%s is refused', (text) => {
    expect(complaint(() => absolutePath(text, linux))).toEqual({ value: text, said });
  });

  test('control characters are refused', () => {
    expect(complaint(() => absolutePath('/opt\n/x', linux))).toEqual({ value: '/opt\n/x', said: CONTROLS });
  });
});

describe('realPath', () => {
  needs('posix', 'symlinks and absolute paths of POSIX');
  let folder = '';
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'paths-')));
    mkdirSync(join(folder, 'real/sub'), { recursive: true });
    writeFileSync(join(folder, 'real/file'), '');
    symlinkSync('real', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    symlinkSync('loop', join(folder, 'loop'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['real/sub', 'real/sub'],
    ['link/sub/', 'real/sub'],
    ['link/new/deep', 'real/new/deep'],
    ['link/new/../other', 'real/other'],
    ['link/file', 'real/file'],
    ['link/file/below', 'real/file/below'],
    ['dangling/x', 'dangling/x'],
    ['loop/x', 'loop/x'],
  ])('of %s is %s', (path, real) => {
    expect(realPath(`${folder}/${path}`)).toBe(join(folder, real));
  });

  test('of what does not exist is the same before and after it is made', () => {
    const before = realPath(join(folder, 'link/later/on'));
    mkdirSync(before, { recursive: true });
    expect(realPath(join(folder, 'link/later/on'))).toBe(before);
  });

  test('of the file system itself is that', () => {
    expect(realPath('/')).toBe('/');
    expect(realPath('/no-such-folder-here/x')).toBe('/no-such-folder-here/x');
  });
});
