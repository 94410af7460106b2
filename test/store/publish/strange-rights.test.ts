import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newToken } from '../../../src/base/key.ts';
import { Entry } from '../../harness/job/entry.ts';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { needs } from '../../harness/needs.ts';

needs('linux', 'pipes');

/** All names that an attempt gives to files in its right. */
const OWN_NAMES = ['mark', 'draft', 'manifest.json', 'unpublished'];
const sdk = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/sdk"' };

type Plant = (path: string, outside: string) => void;

const kinds: readonly [string, Plant][] = [
  ['a file', (path) => writeFileSync(path, 'x')],
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a link to nothing', (path) => symlinkSync('/nowhere/x', path)],
  ['a link to a folder outside', (path, outside) => symlinkSync(outside, path)],
  ['an empty folder', (path) => mkdirSync(path)],
  [
    'a folder with a file',
    (path) => {
      mkdirSync(path);
      writeFileSync(join(path, 'x'), 'x');
    },
  ],
];

/** A root with a published build, and a folder outside of it with files that are named as those of a right. */
async function scene() {
  const root = tempDir();
  const outside = tempDir();
  await runJob({ root, inputs: sdk });
  for (const name of OWN_NAMES) writeFileSync(join(outside, name), 'x');
  return { root, outside, entry: new Entry(root) };
}

/** A step gets the lock, builds, and leaves neither what was planted nor a file less outside. */
async function expectHealed({ root, outside, entry }: Awaited<ReturnType<typeof scene>>): Promise<void> {
  const built = await runJob({ root, inputs: { ...sdk, force: 'true' }, wrapper: ['timeout', '--signal=KILL', '20'] });
  expect(built.outputs.result, built.log).toBe('built');
  expect(existsSync(join(built.outputs.path ?? '', 'sdk'))).toBe(true);
  expect(readdirSync(outside).sort()).toEqual([...OWN_NAMES].sort());
  expect(entry.names().filter((name) => /^(?:\.trash|entry\.)/.test(name))).toEqual([]);
}

describe.each(kinds)('%s in the place of a right to publish keeps nobody from building', (_kind, plant) => {
  test('alone', async () => {
    const at = await scene();
    plant(join(at.entry.dir, `entry.${newToken()}`), at.outside);
    plant(join(at.entry.dir, `.trash-entry.${newToken()}`), at.outside);
    await expectHealed(at);
  });

  test.each(kinds)('with %s where that right goes to be destroyed', async (_other, plantOther) => {
    const at = await scene();
    const token = newToken();
    plant(join(at.entry.dir, `entry.${token}`), at.outside);
    plantOther(join(at.entry.dir, `.trash-entry.${token}`), at.outside);
    await expectHealed(at);
  });
});

describe.each(kinds)('%s in the place of a file of a right', (_kind, plant) => {
  test('keeps nobody from building', async () => {
    const at = await scene();
    for (const name of OWN_NAMES) {
      const right = join(at.entry.dir, `entry.${newToken()}`);
      mkdirSync(right);
      plant(join(right, name), at.outside);
    }
    await expectHealed(at);
  });

  test('beside a manifest that was never published keeps nobody from building', async () => {
    const at = await scene();
    for (const name of OWN_NAMES.filter((each) => each !== 'manifest.json')) {
      const right = join(at.entry.dir, `entry.${newToken()}`);
      mkdirSync(right);
      plant(join(right, name), at.outside);
      writeFileSync(join(right, 'manifest.json'), '{}');
    }
    await expectHealed(at);
  });
});
