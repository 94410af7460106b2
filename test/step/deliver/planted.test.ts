import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { OTHER_USER } from '../../harness/lock/client.ts';
import { needs } from '../../harness/needs.ts';
import { deliverInProcess } from './process.ts';
import { at, failure, give, scene, text } from './scene.ts';

needs('posix', 'links and pipes of POSIX');

const MARKER = '.build-once.json';
let victim: string;

beforeEach(() => {
  victim = join(scene.dir, 'victim');
  mkdirSync(victim);
  writeFileSync(join(victim, 'keys'), 'mine');
});

/** What a checkout can have under a name. */
const plant: Readonly<Record<string, (path: string) => void>> = {
  'a link to a file outside': (path) => symlinkSync(join(victim, 'keys'), path),
  'a link to a folder outside': (path) => symlinkSync(victim, path),
  'a link to a new file outside': (path) => symlinkSync(join(victim, 'new'), path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a file': (path) => writeFileSync(path, 'mine'),
};

function expectVictimUntouched(): void {
  expect(readdirSync(victim)).toEqual(['keys']);
  expect(readFileSync(join(victim, 'keys'), 'utf8')).toBe('mine');
}

describe.each(Object.entries(plant))('%s', (what, make) => {
  test(`in a build, under any name of build-once, is copied as it is`, async () => {
    for (const name of [MARKER, '.copy.build-once', '.gitignore', 'copy-1-1']) make(join(scene.build, name));
    await give({ copyTo: at('copy') });
    await give({ copyTo: at('copy') });
    expectVictimUntouched();
    for (const name of [MARKER, '.copy.build-once', '.gitignore', 'copy-1-1']) {
      if (what === 'a pipe') expect(existsSync(at(`copy/${name}`))).toBe(false);
      else if (what === 'a file') expect(text(`copy/${name}`)).toBe('mine');
      else expect(readlinkSync(at(`copy/${name}`))).toBe(readlinkSync(join(scene.build, name)));
    }
  });

  test('in place of the folder beside the copy is an error that names it, and stays', async () => {
    make(at('.copy.build-once'));
    const before = lstatSync(at('.copy.build-once')).ino;
    await expect(give({ copyTo: at('copy') })).rejects.toEqual(failure(/\.copy\.build-once is not a folder/));
    expect(lstatSync(at('.copy.build-once')).ino).toBe(before);
    expect(readdirSync(scene.workspace)).toEqual(['.copy.build-once']);
    expectVictimUntouched();
  });

  test('as the marker of an older copy does not make a folder a copy', async () => {
    mkdirSync(at('copy'));
    make(at(`copy/${MARKER}`));
    await expect(give({ copyTo: at('copy') })).rejects.toEqual(failure(/did not make/));
    expectVictimUntouched();
  });

  test('as a name in the folder beside the copy leads nowhere, and neither hangs nor stops a step', async () => {
    await give({ copyTo: at('copy') });
    const beside = at('.copy.build-once');
    const [mark = ''] = readdirSync(beside).filter((name) => name.startsWith('copy-'));
    for (const name of [mark, '.gitignore']) rmSync(join(beside, name));
    for (const name of ['.gitignore', 'copy-1-1', 'new-1-0123456789ab', 'old-99999999-0123456789ab'])
      make(join(beside, name));
    for (const name of ['.copy.build-once-0123456789ab', '.copy.build-once-0123456789ab-old']) make(at(name));
    renameSync(at('copy'), at('of-the-user'));
    await give({ copyTo: at('copy') });
    expect(text('copy/readme')).toBe('text');
    expectVictimUntouched();
    if (what === 'a file') return;
    // A mark that is no file is none.
    const again = readdirSync(beside).find((name) => name.startsWith('copy-') && name !== 'copy-1-1') ?? '';
    rmSync(join(beside, again));
    make(join(beside, again));
    await expect(give({ copyTo: at('copy') })).rejects.toEqual(failure(/did not make/));
    expectVictimUntouched();
  });
});

describe('a copy of an older version', () => {
  const older = (marker: string) => {
    mkdirSync(at('copy'));
    writeFileSync(at(`copy/${MARKER}`), marker);
  };

  test.each(['{"key":"k","build":"0123456789ab"}\n', '{"build":"","key":"k"}'])('is replaced: %s', async (marker) => {
    older(marker);
    await give({ copyTo: at('copy') });
    expect(readdirSync(at('copy'))).toEqual(['bin', 'link', 'readme']);
  });

  test.each([
    '',
    'null',
    '[]',
    '"k"',
    '{"key":"k"}',
    '{"key":1,"build":""}',
    '{"key":"","build":""}',
    '{"key":"k","build":"../../x"}',
    '{"key":"k","build":"0123456789ab","more":1}',
    `{"key":"${'k'.repeat(70_000)}","build":""}`,
  ])('is none with the marker %.40s', async (marker) => {
    older(marker);
    await expect(give({ copyTo: at('copy') })).rejects.toEqual(failure(/did not make/));
    expect(text(`copy/${MARKER}`)).toBe(marker);
  });
});

test('a folder that takes the place of a copy is not taken for it, also with the same inode', async () => {
  await give({ copyTo: at('copy') });
  for (let i = 0; i < 5; i++) {
    rmSync(at('copy'), { recursive: true });
    mkdirSync(at('copy'));
    writeFileSync(at('copy/precious'), 'mine');
    await expect(give({ copyTo: at('copy') })).rejects.toEqual(failure(/did not make/));
    expect(text('copy/precious')).toBe('mine');
  }
});

test('one path can be a copy, a link and a copy again; links of others stay', async () => {
  const other = join(scene.dir, 'elsewhere/build-once/v1/other-0/ba9876543210');
  for (let round = 0; round < 2; round++) {
    await give({ copyTo: at('x') });
    expect(lstatSync(at('x')).isDirectory()).toBe(true);
    await give({ link: at('x') });
    expect(readlinkSync(at('x'))).toBe(scene.build);
    expect(readdirSync(scene.workspace)).toEqual(['x']);
  }
  rmSync(at('x'));
  symlinkSync(other, at('x'));
  await give({ copyTo: at('x') });
  expect(text('x/readme')).toBe('text');
  for (const content of ['bin', '/usr', 'build-once/v1/other-0/ba9876543210', `${other}/bin`]) {
    symlinkSync(content, at('y'));
    await expect(give({ copyTo: at('y') }), content).rejects.toEqual(failure(/is a link that build-once did not make/));
    rmSync(at('y'));
  }
});

test('git sees nothing of it, in the copy of a checkout and beside it', async () => {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'safe.directory=*', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
    });
  for (const folder of [scene.build, scene.workspace]) git(folder, 'init', '-q');
  git(scene.build, 'add', '.');
  git(scene.build, 'commit', '-qm', 'x');
  writeFileSync(at('.gitignore'), '/deps/copy\n');
  git(scene.workspace, 'add', '.');
  await give({ copyTo: at('deps/copy') });
  expect(git(at('deps/copy'), 'status', '--porcelain').toString()).toBe('');
  expect(git(scene.workspace, 'status', '--porcelain').toString()).toBe('A  .gitignore\n');
});

describe('files of another user', () => {
  const order = () => ({ workspace: scene.workspace, build: scene.build, copyTo: at('copy') });
  const step = () => deliverInProcess(order(), { as: OTHER_USER });

  beforeEach(({ skip }) => {
    skip(process.getuid?.() !== 0, 'needs root, to be two users');
    chmodSync(scene.dir, 0o755);
    chownSync(scene.workspace, 65534, 65534);
  });

  test('in a copy do not keep it from being replaced; what is left is a warning', async () => {
    expect(await step()).toMatchObject({ code: 0, output: '' });
    mkdirSync(at('copy/.cache/x'), { recursive: true });
    writeFileSync(at('copy/.cache/x/f'), '');
    for (let round = 0; round < 2; round++) {
      const { code, output } = await step();
      expect(code, output).toBe(0);
      expect(output).toMatch(/^warning: copy-to: a copy that was replaced cannot be deleted.*\/old-\d+-\w+: EACCES/);
      expect(readdirSync(at('copy'))).toEqual(['bin', 'link', 'readme']);
    }
    expect(readdirSync(scene.workspace)).toEqual(['.copy.build-once', 'copy']);
  });

  test('as a copy that root took over, or made itself, with the folder beside it', async () => {
    expect(await step()).toMatchObject({ code: 0 });
    execFileSync('chown', ['-R', '0:0', at('copy')]);
    expect(await step()).toMatchObject({ code: 0, output: expect.stringMatching(/^warning: /) });
    expect(text('copy/readme')).toBe('text');
    execFileSync('chown', ['-R', '0:0', at('copy'), at('.copy.build-once')]);
    writeFileSync(at('copy/changed'), '');
    expect(await step()).toMatchObject({ code: 0, output: expect.stringMatching(/^warning: /) });
    expect(readdirSync(at('copy'))).toEqual(['bin', 'link', 'readme']);
    await give({ copyTo: at('copy') });
    expect(readdirSync(scene.workspace)).toEqual(['.copy.build-once', 'copy']);
  });

  test('as a workspace that this user may not write to is an error that says so', async () => {
    chownSync(scene.workspace, 0, 0);
    const { code, output } = await step();
    expect(code).toBe(1);
    expect(output).toMatch(/copy-to: .*copy cannot be made: EACCES at .*: this user may not write there/);
    expect(readdirSync(scene.workspace)).toEqual([]);
  });

  test('as a build that cannot be read is an error that says so, and leaves nothing', async () => {
    chmodSync(join(scene.build, 'readme'), 0o600);
    const { code, output } = await step();
    expect(code).toBe(1);
    expect(output).toMatch(/readme cannot be copied: EACCES\. A build must be readable/);
    expect(readdirSync(scene.workspace)).toEqual([]);
  });
});
