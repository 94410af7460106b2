import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newToken } from '../../../src/base/key.ts';
import { buildDir, type EntryPaths, publishedMark, rightDir, trashOf } from '../../../src/store/layout.ts';
import { current, look } from '../../../src/store/look.ts';
import { openAttempt, publish, withdraw } from '../../../src/store/publish/publish.ts';
import { destroyTakenRight, revoke } from '../../../src/store/publish/right.ts';
import { sweep } from '../../../src/store/sweep.ts';
import { tempDir } from '../../harness/job/job.ts';
import { litter } from '../../harness/storm/remains.ts';
import { pathsIn } from '../../lock/file/an-engine.ts';
import { aManifest } from '../a-manifest.ts';

const yes = async () => true;

/** An attempt that has built and may publish. */
function attempt(paths: EntryPaths): {
  token: string;
  publish: (replaces?: string, ask?: typeof yes) => Promise<string>;
} {
  const token = newToken();
  writeFileSync(join(openAttempt(paths, token), 'whole'), 'yes');
  return { token, publish: (replaces, ask = yes) => publish(paths, aManifest(paths, token), replaces, ask) };
}

describe('publishing', () => {
  test('makes the entry, and uses up the right', async () => {
    const paths = pathsIn(tempDir());
    const { token, publish } = attempt(paths);
    expect(await publish()).toBe('published');
    expect(current(paths)).toBe(token);
    expect(existsSync(rightDir(paths, token))).toBe(false);
    expect(look(paths, { key: 'sdk', scope: 'octo/tools' }, false)).toMatchObject({ kind: 'present' });
  });

  test('is won by the first; the other leaves no trace of itself', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const [first, second] = [attempt(paths), attempt(paths)];
    expect(await first.publish()).toBe('published');
    expect(await second.publish()).toBe('lost');
    withdraw(paths, second.token);
    expect(current(paths)).toBe(first.token);
    expect(existsSync(publishedMark(paths, second.token))).toBe(false);
    expect(litter(root)).toEqual([`.trash-${second.token}`]);
  });

  test('by one that no longer holds the lock is not tried', async () => {
    const paths = pathsIn(tempDir());
    expect(await attempt(paths).publish(undefined, async () => false)).toBe('lost');
    expect(current(paths)).toBeUndefined();
  });

  test('over another replaces exactly the one that was refused', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const [old, next, late] = [attempt(paths), attempt(paths), attempt(paths)];
    await old.publish();
    expect(await next.publish(old.token)).toBe('published');
    expect(await late.publish(old.token)).toBe('lost');
    withdraw(paths, late.token);
    expect(current(paths)).toBe(next.token);
    // Who was handed the old one goes on using it.
    expect(existsSync(join(buildDir(paths, old.token), 'whole'))).toBe(true);
    expect(litter(root)).toEqual([`.trash-${late.token}`]);
  });
});

describe('a right that was taken away', () => {
  test('is gone for good also where an NFS client keeps a name for what the stopped attempt still holds open', async () => {
    const paths = pathsIn(tempDir());
    const { token, publish } = attempt(paths);
    const held = join(rightDir(paths, token), '.nfs000000000001');
    writeFileSync(held, '');
    revoke(paths, token);
    expect(await publish()).toBe('lost');
    expect(current(paths)).toBeUndefined();
  });

  test('before the manifest was written publishes nothing', async () => {
    const paths = pathsIn(tempDir());
    const { token, publish } = attempt(paths);
    revoke(paths, token);
    expect(await publish()).toBe('lost');
    expect(existsSync(paths.entry)).toBe(false);
  });

  test('right before the rename publishes nothing, first or in another´s place', async () => {
    const paths = pathsIn(tempDir());
    const [old, stopped] = [attempt(paths), attempt(paths)];
    const robbed = (token: string) => async () => {
      revoke(paths, token);
      return true;
    };
    const first = attempt(paths);
    expect(await first.publish(undefined, robbed(first.token))).toBe('lost');
    await old.publish();
    expect(await stopped.publish(old.token, robbed(stopped.token))).toBe('lost');
    expect(current(paths)).toBe(old.token);
    // It never published: its mark is gone, so its build will be swept.
    expect(existsSync(publishedMark(paths, stopped.token))).toBe(false);
  });

  test('after the rename was used: what is published stays', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const { token, publish } = attempt(paths);
    await publish();
    revoke(paths, token);
    withdraw(paths, token);
    expect(current(paths)).toBe(token);
    expect(litter(root)).toEqual([]);
  });

  test('may be taken away again, by two at once, and by one who finds it half done', () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const { token } = attempt(paths);
    writeFileSync(join(rightDir(paths, token), 'manifest.json'), '{}');
    writeFileSync(publishedMark(paths, token), '');
    renameSync(rightDir(paths, token), trashOf(paths, `entry.${token}`));
    revoke(paths, token);
    revoke(paths, token);
    destroyTakenRight(paths, token);
    expect(existsSync(publishedMark(paths, token))).toBe(false);
    expect(readdirSync(paths.dir).filter((name) => name.includes('entry'))).toEqual([]);
  });

  test('without a manifest says nothing about the mark: a replaced manifest leaves an empty right', async () => {
    const paths = pathsIn(tempDir());
    const [old, next] = [attempt(paths), attempt(paths)];
    await old.publish();
    await next.publish(old.token);
    // As if it had died before it removed what its rename had emptied.
    mkdirSync(rightDir(paths, next.token));
    revoke(paths, next.token);
    expect(existsSync(publishedMark(paths, next.token))).toBe(true);
  });

  test('that holds something foreign is moved aside, and the next sweep deletes it', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const { token } = attempt(paths);
    mkdirSync(join(rightDir(paths, token), 'foreign'));
    revoke(paths, token);
    expect(existsSync(rightDir(paths, token))).toBe(false);
    expect(await sweep(paths, async () => false)).toBe(1);
    expect(litter(root)).toEqual([]);
  });

  test.each(['.nfs000000000001', 'foreign'])(
    'is taken away although an earlier one with %s in it is in the way',
    (name) => {
      const paths = pathsIn(tempDir());
      const { token } = attempt(paths);
      mkdirSync(join(trashOf(paths, `entry.${token}`), name), { recursive: true });
      writeFileSync(join(rightDir(paths, token), 'manifest.json'), '{}');
      revoke(paths, token);
      expect(existsSync(rightDir(paths, token))).toBe(false);
      expect(existsSync(trashOf(paths, `entry.${token}`))).toBe(false);
    },
  );
});
