import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newToken } from '../../../src/base/key.ts';
import { tempDir } from '../../harness/job/job.ts';
import { startLockProcess } from '../../harness/lock/client.ts';
import { litter } from '../../harness/storm/remains.ts';
import { held } from '../contract.ts';
import { ID, openEngine, pathsIn } from './an-engine.ts';

describe('tidying up a lock', () => {
  test('clears away what dead attempts left, in whatever state they died', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    mkdirSync(join(paths.tmp, newToken()));
    writeFileSync(join(paths.tmp, `${newToken()}.failure`), '');
    mkdirSync(join(paths.dir, `.trash-lock-${newToken()}`));
    const killed = startLockProcess({ root });
    await killed.hold();
    await killed.kill();
    const engine = openEngine(root);
    expect(await engine.holder(ID)).toBeUndefined();
    await engine.tidy(ID);
    expect(litter(root)).toEqual(['lock']);
  });

  test('leaves everything of those who may be alive', async () => {
    const root = tempDir();
    const claim = await held(openEngine(root), ID);
    const paths = pathsIn(root);
    const before = readdirSync(paths.holders).sort();
    await openEngine(root).tidy(ID);
    expect(readdirSync(paths.holders).sort()).toEqual(before);
    expect(await claim.confirm()).toBe(true);
  });

  test('leaves names that are not its own', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    for (const name of ['notes.txt', '0123456789', 'ABCDEFABCDEF']) writeFileSync(join(paths.tmp, name), '');
    writeFileSync(join(paths.holders, 'README'), '');
    await openEngine(root).tidy(ID);
    expect(readdirSync(paths.tmp)).toHaveLength(3);
    expect(readdirSync(paths.holders)).toEqual(['README']);
  });

  test('takes a private folder as a whole: whoever still renames it gets all of it or nothing', async () => {
    const root = tempDir();
    const paths = pathsIn(root);
    const own = join(paths.tmp, '0123456789ab');
    mkdirSync(own);
    for (let file = 0; file < 3000; file++) writeFileSync(join(own, `file-${file}`), '');
    const tidying = openEngine(root).tidy(ID);
    // The attempt goes on as soon as anything changes in its folder.
    const changed = () => !existsSync(own) || readdirSync(own).length < 3000;
    while (!changed()) await new Promise((resolve) => setImmediate(resolve));
    expect(() => renameSync(own, paths.lock)).toThrow('ENOENT');
    await tidying;
    expect(readdirSync(paths.tmp)).toEqual([]);
    expect(readdirSync(paths.dir).filter((name) => name.startsWith('.trash'))).toEqual([]);
  });
});
