import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newToken } from '../../src/base/key.ts';
import { buildDir, type EntryPaths, rightDir, trashOf } from '../../src/store/layout.ts';
import { current, look } from '../../src/store/look.ts';
import { openAttempt, publish, withdraw } from '../../src/store/publish/publish.ts';
import { revoke } from '../../src/store/publish/right.ts';
import { sweep } from '../../src/store/sweep.ts';
import { tempDir } from '../harness/job/job.ts';
import { litter } from '../harness/storm/remains.ts';
import { ID, openEngine, pathsIn } from '../lock/file/an-engine.ts';
import { aManifest } from './a-manifest.ts';

// What `test/explore` found in its model, on real files: as far as two calls that follow each other can be come between.

const yes = async () => true;
const nobody = async () => false;

function build(paths: EntryPaths, token = newToken()): string {
  writeFileSync(join(openAttempt(paths, token), 'whole'), 'yes');
  return token;
}

function publishAs(paths: EntryPaths, token: string, replaces?: string, ask = yes): Promise<string> {
  return publish(paths, aManifest(paths, token), replaces, ask);
}

test('an attempt of which a sweep saw nothing but its record is not swept: it may go on, build and publish', async () => {
  const root = tempDir();
  const paths = pathsIn(root);
  const token = newToken();
  writeFileSync(join(paths.holders, `${token}.json`), '{}');
  const asked: string[] = [];
  expect(await sweep(paths, async (name) => asked.push(name) < 0)).toBe(0);
  // It was stopped for longer than anybody waits, and wakes up while the lock is tidied up.
  build(paths, token);
  await openEngine(root).tidy(ID);
  expect(asked).toEqual([]);
  expect(await publishAs(paths, token)).toBe('published');
  expect(look(paths, { key: 'sdk', scope: 'octo/tools' }, false)).toMatchObject({ kind: 'present' });
});

test('a publish whose answer was lost, and which was replaced before it was made again, is still a publish', async () => {
  const paths = pathsIn(tempDir());
  const [token, next] = [build(paths), build(paths)];
  const answerLost = async () => {
    renameSync(rightDir(paths, token), paths.entry);
    expect(await publishAs(paths, next, token)).toBe('published');
    return true;
  };
  expect(await publishAs(paths, token, undefined, answerLost)).toBe('published');
  expect(current(paths)).toBe(next);
  withdraw(paths, token);
  expect(existsSync(join(buildDir(paths, token), 'whole'))).toBe(true);
});

test('the rename of a right that a late duplicate of its mkdir made anew publishes nothing, and is not believed', async () => {
  const root = tempDir();
  const paths = pathsIn(root);
  const token = build(paths);
  const robbed = async () => {
    revoke(paths, token);
    mkdirSync(rightDir(paths, token));
    return true;
  };
  expect(await publishAs(paths, token, undefined, robbed)).toBe('lost');
  withdraw(paths, token);
  expect(current(paths)).toBeUndefined();
  await sweep(paths, nobody);
  const next = build(paths);
  expect(await publishAs(paths, next)).toBe('published');
  expect(litter(root)).toEqual([]);
});

test('drafts that a dead attempt left in its right go with it, and prove nothing', async () => {
  const root = tempDir();
  const paths = pathsIn(root);
  const token = build(paths);
  for (const draft of ['mark', 'draft']) writeFileSync(join(rightDir(paths, token), draft), '');
  expect(await sweep(paths, nobody)).toBe(1);
  expect(litter(root)).toEqual([]);
});

test('a build folder that was made anew after it went to the trash does not keep a sweep from its end', async () => {
  const root = tempDir();
  const paths = pathsIn(root);
  const token = build(paths);
  renameSync(buildDir(paths, token), trashOf(paths, token));
  // A process that was left over from the build.
  mkdirSync(join(buildDir(paths, token), 'bin'), { recursive: true });
  expect(await sweep(paths, nobody)).toBe(1);
  expect(litter(root)).toEqual([]);
});

test('a right is taken away also where one that was taken before is still there', () => {
  const root = tempDir();
  const paths = pathsIn(root);
  const token = newToken();
  mkdirSync(rightDir(paths, token));
  mkdirSync(trashOf(paths, `entry.${token}`));
  writeFileSync(join(trashOf(paths, `entry.${token}`), 'manifest.json'), '{}');
  revoke(paths, token);
  expect(litter(root)).toEqual([]);
});
