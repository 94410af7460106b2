import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryPaths, makeEntryDirs } from '../../src/store/layout.ts';
import { sweep } from '../../src/store/sweep.ts';
import { tempDir } from '../harness/job/job.ts';

test('a private folder is swept as a whole: whoever still renames it gets all of it or nothing', async () => {
  const paths = entryPaths(tempDir(), 'sdk-0123456789abcdef0123');
  makeEntryDirs(paths);
  const own = join(paths.tmp, '0123456789ab');
  mkdirSync(own);
  for (let file = 0; file < 3000; file++) writeFileSync(join(own, `file-${file}`), '');
  const sweeping = sweep(paths, async () => false);
  // The attempt goes on as soon as anything changes in its folder.
  const changed = () => !existsSync(own) || readdirSync(own).length < 3000;
  while (!changed()) await new Promise((resolve) => setImmediate(resolve));
  expect(() => renameSync(own, paths.lock)).toThrow('ENOENT');
  await sweeping;
  expect(readdirSync(paths.tmp)).toEqual([]);
  expect(readdirSync(paths.dir).filter((name) => name.startsWith('.trash'))).toEqual([]);
});
