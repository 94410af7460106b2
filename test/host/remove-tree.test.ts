import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeTreesIn } from '../../src/host/remove-tree.ts';
import { tempDir } from '../harness/job/job.ts';
import { noOrdinary, ORDINARY } from '../harness/ordinary.ts';

const MODULE = join(import.meta.dirname, '../../src/host/remove-tree.ts');
const never = new AbortController().signal;

/** A folder with two trees that are to go, a link, and one that is to stay; and what the link leads to. */
function scene() {
  const [dir, outside] = [tempDir(), tempDir()];
  for (const name of ['-rf', 'tree', 'other']) mkdirSync(join(dir, name, 'a'), { recursive: true });
  for (const name of ['-rf', 'tree', 'other']) writeFileSync(join(dir, name, 'a/file'), 'x');
  writeFileSync(join(outside, 'thesis'), 'years of work');
  symlinkSync(outside, join(dir, 'link'));
  symlinkSync(outside, join(dir, 'tree/link'));
  return { dir, outside };
}

test.skipIf(process.platform === 'win32').each([
  ['this process', false],
  ['a child, where the process is ending', true],
] as const)('trees are deleted by their names alone, and no link is followed, by %s', async (_, isEnding) => {
  const { dir, outside } = scene();
  await removeTreesIn(dir, ['-rf', 'tree', 'link', 'gone'], never, isEnding);
  expect(readdirSync(dir)).toEqual(['other']);
  expect(readdirSync(outside)).toEqual(['thesis']);
});

test.skipIf(noOrdinary !== '')(`what a child may not delete, this process opens and deletes${noOrdinary}`, () => {
  const { dir } = scene();
  chmodSync(join(dir, 'tree/a'), 0o555);
  const call = `await removeTreesIn('${dir}', ['tree', 'other'], new AbortController().signal, true)`;
  const program = `import { removeTreesIn } from '${MODULE}'; ${call};`;
  const [file, ...args] = [...ORDINARY, process.execPath, '--input-type=module', '-e', program];
  const { stderr } = spawnSync(file ?? '', args, { encoding: 'utf8' });
  expect([readdirSync(dir), stderr]).toEqual([['-rf', 'link'], expect.not.stringContaining('Error')]);
});
