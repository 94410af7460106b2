import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { versionDir } from '../../src/store/layout.ts';
import { dropWait, noteWait, waitsOf } from '../../src/store/waits.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { canLink, NO_SYMLINKS } from '../harness/systems/links.ts';

const JOB = '0123456789abcdef0123';
const ID = 'sdk-0123456789abcdef0123';

test('a note names the entry that its step waits for, until it is dropped', async () => {
  const root = tempDir();
  const file = await noteWait(root, JOB, ID);
  expect(waitsOf(root, JOB)).toEqual([{ file, id: ID, mtimeMs: expect.any(Number) }]);
  expect(waitsOf(root, 'f'.repeat(20))).toEqual([]);
  dropWait(file);
  expect(waitsOf(root, JOB)).toEqual([]);
});

test.each(['../../../repo', '/etc', '..', '.', '', `${ID}/..`, `../${ID}`, `${ID}\n`, `${ID}\0`, ID.toUpperCase()])(
  'a note of %j is none: an id is never a path',
  async (text) => {
    const root = tempDir();
    dropWait(await noteWait(root, JOB, ID));
    writeFileSync(join(versionDir(root), `.waits/${JOB}.000000000001`), text);
    expect(waitsOf(root, JOB)).toEqual([]);
  },
);

test('notes that nobody has touched for an hour are removed, also where a folder has the name of one', async () => {
  const root = tempDir();
  const folder = join(versionDir(root), '.waits');
  mkdirSync(join(folder, `${JOB}.000000000001/x`), { recursive: true });
  writeFileSync(join(folder, `${JOB}.000000000002`), ID);
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1, 1);
  const file = await noteWait(root, JOB, ID);
  expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([file]);
});

test('the next build clears away the note of a waiting step that was killed, and leaves that of one that lives', async ({
  skip,
}) => {
  skip(process.platform === 'win32', 'needs a POSIX shell');
  const root = tempDir();
  const [old, fresh] = [await noteWait(root, JOB, ID), await noteWait(root, JOB, ID)];
  utimesSync(old, 1, 1);
  const job = await runJob({ root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' } });
  expect(job.outputs.result, job.log).toBe('built');
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});

test('what is no note is not removed, and nothing through a link', async ({ skip }) => {
  skip(!canLink.symlink, NO_SYMLINKS);
  const root = tempDir();
  const outside = tempDir();
  const folder = join(versionDir(root), '.waits');
  mkdirSync(versionDir(root), { recursive: true });
  symlinkSync(outside, folder);
  const names = ['thesis', `${JOB}.000000000001`, `${JOB}.000000000001.txt`, '.profile'];
  for (const name of names) writeFileSync(join(outside, name), '');
  for (const name of names) utimesSync(join(outside, name), 1, 1);
  await expect(noteWait(root, JOB, ID)).rejects.toThrow('is a link, and build-once keeps its files in folders only');
  expect(readdirSync(outside).sort()).toEqual(names.toSorted());
  unlinkSync(folder);
  renameSync(outside, folder);
  await noteWait(root, JOB, ID);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['.profile', 'thesis', `${JOB}.000000000001.txt`]));
  expect(readdirSync(folder)).not.toContain(`${JOB}.000000000001`);
});
