import { chmodSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { tempDir } from '../../harness/job/job.ts';
import { HIDDEN, lacking, OTHER_USER, startLockProcess } from '../../harness/lock/client.ts';
import { held } from '../contract.ts';
import { ID, openEngine, pathsIn } from './an-engine.ts';

const [noOtherUser, noHidden] = [lacking(OTHER_USER), lacking(HIDDEN)];

describe.skipIf(noOtherUser)(`users who share a folder${noOtherUser}`, () => {
  test('do not rob each other, and take over from each other´s dead', async () => {
    const root = openRoot();
    const [ours, theirs] = [startLockProcess({ root }), startLockProcess({ root, wrapper: OTHER_USER })];
    const first = await ours.hold();
    // May not even send us signal 0: that says nothing about whether we live.
    expect(await theirs.ask('claim')).toEqual({ held: false, token: first });
    expect(await theirs.ask('alive', first)).toBe(true);
    await ours.kill();
    const second = await theirs.hold();
    const engine = openEngine(root);
    expect(await engine.holder(ID)).toMatchObject({ token: second });
    await theirs.kill();
    await (await held(engine, ID))[Symbol.asyncDispose]();
  });

  test.skipIf(noHidden)(`nor where /proc hides the processes of others (hidepid=2)${noHidden}`, async () => {
    const root = openRoot();
    const holder = startLockProcess({ root });
    const token = await holder.hold();
    const other = startLockProcess({ root, wrapper: HIDDEN });
    expect(await other.ask('state', `${holder.pid}`)).toBeNull();
    expect(await other.ask('claim')).toEqual({ held: false, token });
    expect(await other.ask('alive', token)).toBe(true);
    expect(await holder.ask('confirm')).toBe(true);
    await holder.kill();
    const since = stopwatch();
    expect(await other.hold()).not.toBe(token);
    expect(since()).toBeLessThan(1000);
  });
});

/** A shared root that every user may write. */
function openRoot(): string {
  const root = tempDir();
  chmodSync(root, 0o777);
  const umask = process.umask(0);
  pathsIn(root);
  process.umask(umask);
  return root;
}
