import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LockEngine } from '../../../src/lock/engine.ts';
import { residue } from '../../harness/disks/shared.ts';
import { Call } from '../../harness/job/in-process.ts';
import { gate, type Job, type JobEnd, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';

const PAUSE = join(import.meta.dirname, '../../harness/faults/pause-before-claim.ts');

test('a process that looked before another published, and claims after it, does not build', async () => {
  const root = tempDir();
  const builds = ledger();
  const { file, open } = gate();
  const inputs = { key: 'sdk', run: builds.note, 'allow-empty': 'true' };
  const slow = startJob({ root, inputs, nodeArgs: ['--import', PAUSE], env: { PAUSE: file } });
  await slow.said('About to claim.');
  const quick = await runJob({ root, inputs });
  expect(quick.outputs.result).toBe('built');
  open();
  expect(await slow.ended).toEqual({ code: 0, signal: null });
  // It has met no holder: the other one came and went unseen.
  expect(slow.outputs).toMatchObject({ result: 'reused', path: quick.outputs.path, 'wait-seconds': '0' });
  expect(builds.lines()).toHaveLength(1);
  expect(residue(root)).toEqual([]);
});

test('what was published while the lock was asked for is found under the lock', async () => {
  const { call, rival, builds } = raceAgainst({}, 'claim');
  expect(await call).toMatchObject({ result: 'reused', path: (await rival).outputs.path, error: undefined });
  expect(builds()).toBe(1);
});

test('what was published between the look and the question who holds the lock is found by a step that never builds', async () => {
  const { call, rival } = raceAgainst({ build: 'false', run: '' }, 'holder');
  expect(await call).toMatchObject({ result: 'reused', path: (await rival).outputs.path });
});

test('a build that failed while the lock was asked for counts: with one attempt it is not tried again', async () => {
  const { call, rival, builds } = raceAgainst({ attempts: '1' }, 'claim', 'exit 7');
  const { error } = await call;
  expect((await rival).end.code).toBe(7);
  expect(error?.code).toBe('SHARED_FAILURE');
  expect(error?.message).toContain('exit code 7');
  expect(builds()).toBe(1);
});

test('a build that failed while the lock was asked for leaves another attempt', async () => {
  const { call, builds } = raceAgainst({}, 'claim', 'exit 7');
  const { error } = await call;
  expect(error).toMatchObject({ code: 'BUILD_FAILED', exitCode: 7 });
  expect(builds()).toBe(2);
});

test('a forced step takes what another forced step published while it asked for the lock', async () => {
  const root = tempDir();
  const first = await runJob({ root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' } });
  const { call, rival, builds } = raceAgainst({ force: 'true' }, 'claim', '', root);
  const outcome = await call;
  expect(outcome).toMatchObject({ result: 'reused', path: (await rival).outputs.path });
  expect(outcome.path).not.toBe(first.outputs.path);
  expect(builds()).toBe(1);
});

/**
 * A call of the recipe in this process during which, right before it first asks the lock engine for `moment`, a rival
 * process does the same step from its start to its end.
 */
function raceAgainst(more: Readonly<Record<string, string>>, moment: 'claim' | 'holder', how = '', root = tempDir()) {
  const builds = ledger();
  const run = `${builds.note}\n${how === '' ? 'touch "$BUILD_ONCE_OUT/tool"' : how}`;
  const rival = Promise.withResolvers<Job & { end: JobEnd }>();
  let raced = false;
  const before = async (asked: 'claim' | 'holder') => {
    if (raced || asked !== moment) return;
    raced = true;
    rival.resolve(await runJob({ root, inputs: { key: 'sdk', run, force: more.force ?? 'false' } }));
  };
  const wrap = (engine: LockEngine): LockEngine => ({
    takeovers: 0,
    holder: async (id) => before('holder').then(() => engine.holder(id)),
    claim: async (id, asker) => before('claim').then(() => engine.claim(id, asker)),
    watch: (id) => engine.watch(id),
    prepare: (id) => engine.prepare(id),
    adopt: (id, token) => engine.adopt(id, token),
    tidy: (id, signal) => engine.tidy(id, signal),
    where: (id) => engine.where(id),
    alive: (id, token) => engine.alive(id, token),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  });
  const call = new Call({ root, inputs: { key: 'sdk', run, ...more }, wrap });
  return { call: call.outcome, rival: rival.promise, builds: () => builds.lines().length };
}
