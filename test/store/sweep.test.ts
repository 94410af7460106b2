import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newToken } from '../../src/base/key.ts';
import { TOKEN_VARIABLE } from '../../src/host/proc.ts';
import { buildDir, type EntryPaths, publishedMark, rightDir, trashOf } from '../../src/store/layout.ts';
import { current } from '../../src/store/look.ts';
import { openAttempt, publish } from '../../src/store/publish/publish.ts';
import { emptyTrash, sweep } from '../../src/store/sweep.ts';
import { tempDir } from '../harness/job/job.ts';
import { needs } from '../harness/needs.ts';
import { litter } from '../harness/storm/remains.ts';
import { pathsIn } from '../lock/file/an-engine.ts';
import { aManifest } from './a-manifest.ts';

needs('posix', 'modes of POSIX');

const nobody = async () => false;

function attempt(paths: EntryPaths): string {
  const token = newToken();
  const out = openAttempt(paths, token);
  mkdirSync(join(out, 'bin'));
  writeFileSync(join(out, 'bin/tool'), '');
  return token;
}

async function published(paths: EntryPaths, replaces?: string): Promise<string> {
  const token = attempt(paths);
  expect(await publish(paths, aManifest(paths, token), replaces, async () => true)).toBe('published');
  return token;
}

describe('a sweep', () => {
  test('clears away what the dead left, in whatever state they died', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const kept = await published(paths);
    attempt(paths);
    const onlyRight = newToken();
    mkdirSync(rightDir(paths, onlyRight));
    const beforePublish = attempt(paths);
    writeFileSync(join(rightDir(paths, beforePublish), 'manifest.json'), '{}');
    writeFileSync(publishedMark(paths, beforePublish), '');
    const rightTaken = attempt(paths);
    renameSync(rightDir(paths, rightTaken), trashOf(paths, `entry.${rightTaken}`));
    const inTrash = attempt(paths);
    renameSync(buildDir(paths, inTrash), trashOf(paths, inTrash));
    expect(await sweep(paths, nobody)).toBe(3);
    expect(litter(root)).toEqual([]);
    expect(current(paths)).toBe(kept);
    expect(existsSync(join(buildDir(paths, kept), 'bin/tool'))).toBe(true);
  });

  test('leaves what was published, also what another build has replaced since', async () => {
    const paths = pathsIn(tempDir());
    const old = await published(paths);
    const next = await published(paths, old);
    expect(await sweep(paths, nobody)).toBe(0);
    expect([old, next].map((token) => existsSync(join(buildDir(paths, token), 'bin/tool')))).toEqual([true, true]);
  });

  test('leaves a published build whose mark was lost in a crash of the machine', async () => {
    const paths = pathsIn(tempDir());
    const token = await published(paths);
    renameSync(publishedMark(paths, token), join(tempDir(), 'mark'));
    expect(await sweep(paths, nobody)).toBe(0);
    expect(existsSync(join(buildDir(paths, token), 'bin/tool'))).toBe(true);
  });

  test('leaves everything of those who may be alive', async () => {
    const paths = pathsIn(tempDir());
    const building = attempt(paths);
    expect(await sweep(paths, async (token) => token === building)).toBe(0);
    expect(existsSync(rightDir(paths, building))).toBe(true);
    expect(existsSync(join(buildDir(paths, building), 'bin/tool'))).toBe(true);
  });

  test('asks about no build that was published and has nothing left of its attempt', async () => {
    const paths = pathsIn(tempDir());
    const old = await published(paths);
    const next = await published(paths, old);
    await published(paths, next);
    const unpublished = attempt(paths);
    // Its mark is there, and yet it has not published: its manifest is still in its right, which was taken away.
    const takenAway = attempt(paths);
    writeFileSync(publishedMark(paths, takenAway), '');
    renameSync(rightDir(paths, takenAway), trashOf(paths, `entry.${takenAway}`));
    const asked: string[] = [];
    await sweep(paths, async (token) => asked.push(token) > 0);
    expect(asked.sort()).toEqual([unpublished, takenAway].sort());
  });

  test.runIf(process.platform === 'linux')(
    'ends the processes of a dead attempt that were not known to be its own when its lock was taken over',
    async () => {
      const paths = pathsIn(tempDir());
      const token = attempt(paths);
      const late = spawn('sleep', ['300'], { env: { PATH: process.env.PATH, [TOKEN_VARIABLE]: token } });
      const ended = once(late, 'exit');
      onTestFinished(() => void late.kill('SIGKILL'));
      await once(late, 'spawn');
      expect(await sweep(paths, nobody)).toBe(1);
      expect(await ended).toEqual([null, 'SIGKILL']);
    },
  );

  test('leaves one that publishes while it is asked about', async () => {
    const paths = pathsIn(tempDir());
    const token = attempt(paths);
    const ends = async () => {
      await publish(paths, aManifest(paths, token), undefined, async () => true);
      return false;
    };
    expect(await sweep(paths, ends)).toBe(0);
    expect(current(paths)).toBe(token);
    expect(existsSync(join(buildDir(paths, token), 'bin/tool'))).toBe(true);
  });

  test('takes the right away before the build: who wakes up in between cannot publish what is gone', async () => {
    const paths = pathsIn(tempDir());
    const token = attempt(paths);
    await sweep(paths, nobody);
    expect(existsSync(buildDir(paths, token))).toBe(false);
    expect(await publish(paths, aManifest(paths, token), undefined, async () => true)).toBe('lost');
    expect(current(paths)).toBeUndefined();
  });

  test('two at once clear the same things away', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    for (let i = 0; i < 5; i++) attempt(paths);
    const counts = await Promise.all([sweep(paths, nobody), sweep(paths, nobody)]);
    expect(counts.reduce((a, b) => a + b)).toBe(5);
    expect(litter(root)).toEqual([]);
  });

  test('deletes a read-only build', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const token = attempt(paths);
    chmodSync(join(buildDir(paths, token), 'bin'), 0o555);
    chmodSync(buildDir(paths, token), 0o555);
    await sweep(paths, nobody);
    expect(litter(root)).toEqual([]);
  });

  test('stops deleting when it is told to hurry, and the next one finishes', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const token = attempt(paths);
    expect(await sweep(paths, nobody, AbortSignal.abort())).toBe(1);
    expect(existsSync(buildDir(paths, token))).toBe(false);
    expect(litter(root)).toEqual([`.trash-${token}`]);
    await emptyTrash(paths);
    expect(litter(root)).toEqual([]);
  });

  test('of a folder that is not there finds nothing', async () => {
    const paths = pathsIn(tempDir());
    renameSync(paths.dir, `${paths.dir}-gone`);
    expect(await sweep(paths, nobody)).toBe(0);
  });
});
