import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OTHER_USER } from '../../harness/lock/client.ts';
import { needs } from '../../harness/needs.ts';
import { deliverInProcess } from './process.ts';
import { at, give, scene } from './scene.ts';

needs('linux', 'modes, holes and links of Linux');

/** Node has no call for extended attributes. */
function python(line: string, cwd: string): string {
  return execFileSync('python3', ['-c', `import os\n${line}`], { cwd, encoding: 'utf8' }).trim();
}

const noAttributes = whyNoAttributes();

function whyNoAttributes(): string {
  try {
    python("os.setxattr('.', 'user.try', b'x'); os.removexattr('.', 'user.try')", tmpdir());
    return '';
  } catch {
    return ' (skipped: no python3, or no extended attributes in the temporary folder)';
  }
}

const copied = (name: string) => lstatSync(at(`copy/${name}`));

describe('a copy is as cp -a makes it', () => {
  test.skipIf(noAttributes)(`extended attributes of files and folders stay${noAttributes}`, async () => {
    mkdirSync(join(scene.build, 'lib'));
    const paths = ['readme', 'lib', 'bin/tool'];
    python(`for p in ${JSON.stringify(paths)}: os.setxattr(p, 'user.of', p.encode())`, scene.build);
    chmodSync(join(scene.build, 'readme'), 0o444);
    const times = paths.map((name) => lstatSync(join(scene.build, name)).mtimeMs);
    await give({ copyTo: at('copy') });
    expect(python(`print([os.getxattr(p, 'user.of').decode() for p in ${JSON.stringify(paths)}])`, at('copy'))).toBe(
      "['readme', 'lib', 'bin/tool']",
    );
    expect(paths.map((name) => copied(name).mtimeMs)).toEqual(times);
    expect(copied('readme').mode & 0o777).toBe(0o644);
  });

  test('hard links between folders stay links, and lead to no file of the build', async () => {
    mkdirSync(join(scene.build, 'lib'));
    linkSync(join(scene.build, 'readme'), join(scene.build, 'lib/readme'));
    linkSync(join(scene.build, 'readme'), join(scene.dir, 'outside'));
    await give({ copyTo: at('copy') });
    expect(copied('readme').nlink).toBe(2);
    expect(copied('readme').ino).toBe(copied('lib/readme').ino);
    writeFileSync(at('copy/readme'), 'changed');
    expect(readFileSync(join(scene.build, 'readme'), 'utf8')).toBe('text');
  });

  test('holes stay holes, whatever is beside them', async () => {
    const size = 40 * 1024 * 1024 + 5;
    const file = openSync(join(scene.build, 'image'), 'w', 0o640);
    for (const at of [0, 10_000_000, 40 * 1024 * 1024]) writeSync(file, 'data', at);
    closeSync(file);
    truncateSync(join(scene.build, 'image'), size);
    writeFileSync(join(scene.build, 'all-hole'), '');
    truncateSync(join(scene.build, 'all-hole'), size);
    await give({ copyTo: at('copy') });
    expect(copied('image').blocks * 512).toBeLessThan(1024 * 1024);
    expect(copied('image').mode & 0o777).toBe(0o640);
    expect(readFileSync(at('copy/image')).equals(readFileSync(join(scene.build, 'image')))).toBe(true);
    expect(copied('all-hole')).toMatchObject({ size, blocks: 0 });
  });

  test('times of folders, files and symlinks stay, also before 1970 and within a millisecond', async () => {
    mkdirSync(join(scene.build, 'a/b'), { recursive: true });
    writeFileSync(join(scene.build, 'a/b/file'), '');
    lutimesSync(join(scene.build, 'link'), 1000, 2000);
    utimesSync(join(scene.build, 'readme'), -5000, -5000);
    utimesSync(join(scene.build, 'a/b/file'), 1000.000123, 1_700_000_000.000123);
    for (const folder of ['a/b', 'a', 'bin', '']) utimesSync(join(scene.build, folder), 1000, 3000 + folder.length);
    await give({ copyTo: at('copy') });
    for (const name of ['', 'a', 'a/b', 'a/b/file', 'bin', 'link', 'readme']) {
      const [is, was] = [copied(name).mtimeMs, lstatSync(join(scene.build, name)).mtimeMs];
      expect(Math.abs(is - was), name).toBeLessThan(0.001);
    }
  });

  test('modes stay under every umask; setgid of folders too', async () => {
    const modes = { open: 0o777, group: 0o2775, sticky: 0o1777, closed: 0o700, shared: 0o755 };
    for (const [name, mode] of Object.entries(modes)) {
      mkdirSync(join(scene.build, name));
      writeFileSync(join(scene.build, name, 'file'), '');
      chmodSync(join(scene.build, name, 'file'), mode & 0o777);
      chmodSync(join(scene.build, name), mode);
    }
    for (const umask of [0o077, 0o022, 0, 0o777]) {
      // An ordinary user has no rights to the folders that it makes then.
      if (umask === 0o777 && process.getuid?.() !== 0) continue;
      const copy = `copy-${umask}`;
      const order = { workspace: scene.workspace, build: scene.build, copyTo: at(copy), umask };
      const { code, output } = await deliverInProcess(order);
      expect(code, output).toBe(0);
      for (const [name, mode] of Object.entries(modes)) {
        expect(statSync(at(`${copy}/${name}`)).mode & 0o7777, name).toBe(mode);
        expect(statSync(at(`${copy}/${name}/file`)).mode & 0o777, name).toBe(mode & 0o777);
      }
    }
  });

  test('root keeps owners, and for others setuid of another user does not become theirs', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root, to make files of another user');
    mkdirSync(join(scene.build, 'theirs'));
    writeFileSync(join(scene.build, 'theirs/file'), '');
    symlinkSync('file', join(scene.build, 'theirs/link'));
    writeFileSync(join(scene.build, 'root'), '');
    execFileSync('chown', ['-Rh', '65534:65534', join(scene.build, 'theirs')]);
    for (const name of ['theirs/file', 'root']) chmodSync(join(scene.build, name), 0o6755);
    await give({ copyTo: at('copy') });
    for (const name of ['theirs', 'theirs/file', 'theirs/link']) expect(copied(name).uid, name).toBe(65534);
    for (const name of ['theirs/file', 'root']) expect(copied(name).mode & 0o7777).toBe(0o6755);
    for (const folder of [scene.dir, scene.workspace]) chmodSync(folder, 0o777);
    const order = { workspace: scene.workspace, build: scene.build, copyTo: at('other') };
    expect(await deliverInProcess(order, { as: OTHER_USER })).toMatchObject({ code: 0, output: '' });
    expect(lstatSync(at('other/root'))).toMatchObject({ uid: 65534, mode: 0o100755 });
    expect(lstatSync(at('other/theirs/file'))).toMatchObject({ uid: 65534, mode: 0o106755 });
  });

  test('pipes are left out, and nothing waits for them', async () => {
    execFileSync('mkfifo', [join(scene.build, 'bin/pipe')]);
    await give({ copyTo: at('copy') });
    expect(readdirSync(at('copy/bin'))).toEqual(['tool']);
  });

  test('paths longer than the system takes are copied too', async () => {
    const inDepth = (what: string, folder: string) => {
      const way = `process.chdir(process.argv[1]); for (let i = 0; i < 30; i++) { ${what}; process.chdir('d'.repeat(200)) }`;
      const end = what === '' ? 'fs.writeSync(1, fs.readFileSync("file"))' : `fs.writeFileSync('file', 'deep')`;
      return execFileSync(process.execPath, ['-e', `const fs = require('node:fs'); ${way}; ${end}`, folder]).toString();
    };
    inDepth("fs.mkdirSync('d'.repeat(200))", scene.build);
    await give({ copyTo: at('copy') });
    expect(inDepth('', at('copy'))).toBe('deep');
    for (const folder of [scene.build, at('copy')]) execFileSync('rm', ['-rf', folder]);
  });

  test('open files are closed again, also when it fails', async () => {
    symlinkSync('/nowhere', join(scene.build, 'bin/dangling'));
    const open = () => readdirSync('/proc/self/fd').length;
    await give({ copyTo: at('copy') });
    const before = open();
    let asked = 0;
    const throwIfAborted = () => {
      asked += 1;
      if (asked === 5) throw 'stop';
    };
    await expect(give({ copyTo: at('copy') }, { throwIfAborted } as AbortSignal)).rejects.toBe('stop');
    await give({ copyTo: at('copy') });
    expect(open()).toBe(before);
    expect(existsSync(at('copy/bin/tool'))).toBe(true);
  });
});
