import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { places } from '../harness/disks/places.ts';
import { ledger, tempDir } from '../harness/job/job.ts';
import { allGone, processesOf } from '../harness/job/split.ts';
import { allEnded, startTogether, times } from '../harness/job/together.ts';
import { builds as buildsBelow, inSlots, litter, published, tracesOf } from '../harness/storm/remains.ts';
import { expectSameSaid, expectWhole, good, Scene, whole } from './scene.ts';
import { directions, NEW, OLD } from './versions.ts';

describe.each(directions)('$first.name first, then $second.name', ({ first, second }) => {
  test('the second reuses what the first built, and says the same of it as the first does', async () => {
    const scene = new Scene();
    const identity = `${scene.inputs.run}\necho 1.2.3 > "$BUILD_ONCE_IDENTITY"`;
    const built = await scene.run(first, { run: identity });
    expect(built.outputs, built.log).toMatchObject({ result: 'built', identity: '1.2.3' });
    // To the same script nothing has changed: each version computes the same digest of the recipe.
    const strict = { run: identity, 'on-change': 'fail' };
    const [same, other] = [await scene.run(first, strict), await scene.run(second, strict)];
    expect(other.end, other.log).toEqual(good);
    expectSameSaid(same, other);
    const { path, key, 'build-seconds': seconds, 'built-by': by } = built.outputs;
    expect(other.outputs).toMatchObject({ result: 'reused', path, key, identity: '1.2.3' });
    expect(other.outputs).toMatchObject({ 'build-seconds': seconds, 'built-by': by });
    expectWhole(other);
    expect(scene.builds.lines()).toHaveLength(1);
  });

  test('the second waits for the first, names it, and is handed its build', async () => {
    const scene = new Scene();
    const holder = await scene.holder(first);
    const waiter = await scene.waiter(second, holder.job);
    holder.open();
    expect(await allEnded([holder.job, waiter])).toEqual([good, good]);
    const { path, 'built-by': by } = holder.job.outputs;
    expect(waiter.outputs, waiter.log).toMatchObject({ result: 'waited', path, 'built-by': by });
    expectWhole(waiter);
    expect(scene.builds.lines()).toHaveLength(1);
    expect(litter(scene.root)).toEqual([]);
  });

  test('the second takes over when the first is killed, and leaves nothing of it', async () => {
    const scene = new Scene({ 'read-only': 'true' });
    const { job } = await scene.holder(first);
    const waiter = await scene.waiter(second, job);
    const [dead = ''] = scene.builds.lines();
    expect(tracesOf(scene.root, dead)).not.toEqual([]);
    job.kill('SIGKILL');
    expect(await waiter.ended, waiter.log).toEqual(good);
    expect(waiter.outputs.result, waiter.log).toBe('built');
    expectWhole(waiter);
    await allGone(job);
    expect(scene.builds.lines()).toHaveLength(2);
    expect([...tracesOf(scene.root, dead), ...litter(scene.root)]).toEqual([]);
    expect((await scene.run(first)).outputs).toMatchObject({ result: 'reused', path: waiter.outputs.path });
  });

  test('a step that comes after the first was killed meets no holder, builds, and leaves nothing of it', async () => {
    const scene = new Scene();
    const { job } = await scene.holder(first);
    job.kill('SIGKILL');
    await job.ended;
    const next = await scene.run(second);
    expect(next.outputs.result, next.log).toBe('built');
    const [dead = '', own] = scene.builds.lines();
    expect([...tracesOf(scene.root, dead), ...litter(scene.root)]).toEqual([]);
    expect(buildsBelow(scene.root)).toEqual([own]);
    expect(processesOf(job)).toEqual([]);
  });

  test('the second counts failures of the first as attempts', async () => {
    const scene = new Scene();
    const holder = await scene.holder(first, { end: 'exit 7' });
    const [once, twice] = [
      await scene.waiter(second, holder.job, { attempts: '1' }),
      await scene.waiter(second, holder.job, { attempts: '2', run: `${scene.builds.note}\nexit 8` }),
    ];
    holder.open();
    expect(await holder.job.ended).toEqual({ code: 7, signal: null });
    expect(await once.ended, once.log).toEqual({ code: 1, signal: null });
    expect(once.log).toMatch(/::error::.*exit code 7/);
    // Its own failure is the second one, and the last.
    expect(await twice.ended, twice.log).toEqual({ code: 8, signal: null });
    expect(scene.builds.lines()).toHaveLength(2);
    expect(published(scene.root)).toEqual([]);
    expect(litter(scene.root)).toEqual([]);
  });

  test('what is forced by the second replaces the build of the first, for both', async () => {
    const scene = new Scene();
    const built = await scene.run(first);
    const forced = await scene.run(second, { force: 'true' });
    expect(forced.outputs.result, forced.log).toBe('built');
    expect(forced.outputs.path).not.toBe(built.outputs.path);
    for (const version of [first, second]) {
      expect((await scene.run(version)).outputs).toMatchObject({ result: 'reused', path: forced.outputs.path });
    }
    // Who was handed the first build may still use it.
    expectWhole(built);
    expect(litter(scene.root)).toEqual([]);
  });

  test('on-change: rebuild sees that the script of the first was another', async () => {
    const scene = new Scene({ 'on-change': 'rebuild' });
    const built = await scene.run(first);
    expect((await scene.run(second)).outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
    const run = `${scene.inputs.run}\n: changed`;
    const rebuilt = await scene.run(second, { run });
    expect(rebuilt.outputs.result, rebuilt.log).toBe('built');
    const again = await scene.run(first, { run });
    expect(again.outputs, again.log).toMatchObject({ result: 'reused', path: rebuilt.outputs.path });
    expect(scene.builds.lines()).toHaveLength(2);
    expect(litter(scene.root)).toEqual([]);
  });

  test('verify: full holds every byte against the digests of the first, in a build that is read-only', async () => {
    const scene = new Scene({ verify: 'full', 'read-only': 'true' });
    const built = await scene.run(first);
    const path = built.outputs.path ?? '';
    const reused = await scene.run(second);
    expect(reused.outputs, reused.log).toMatchObject({ result: 'reused', path });
    for (const name of ['', 'bin', 'bin/tool']) expect(statSync(join(path, name)).mode & 0o222).toBe(0);
    damage(join(path, 'bin/tool'));
    const healed = await scene.run(second);
    expect(healed.outputs.result, healed.log).toBe('built');
    expect(healed.outputs.path).not.toBe(path);
    expectWhole(healed);
    expect((await scene.run(first)).outputs).toMatchObject({ result: 'reused', path: healed.outputs.path });
    expect(litter(scene.root)).toEqual([]);
  });

  test('a slot that the first holds is taken for the second, until it is released or its holder is killed', async () => {
    const scene = new Scene({ 'max-in-flight': '1' });
    for (const end of ['released', 'killed'] as const) {
      const holder = await scene.holder(first, { key: `a-${end}` });
      const waiter = scene.start(second, { key: `b-${end}` });
      await waiter.said(/waiting for .*slot/i);
      if (end === 'released') holder.open();
      else holder.job.kill('SIGKILL');
      expect(await waiter.ended, waiter.log).toEqual(good);
      expect(waiter.outputs.result, waiter.log).toBe('built');
      await holder.job.ended;
    }
    expect(inSlots(scene.root)).toEqual([]);
  });
});

/** Puts other bytes into a read-only file, as many as before. */
function damage(file: string): void {
  const { mode } = statSync(file);
  chmodSync(file, 0o644);
  writeFileSync(file, 'hole!\n');
  chmodSync(file, mode);
}

test('8 jobs of each version, one key, one moment: exactly one build', async () => {
  const root = tempDir();
  const builds = ledger();
  const inputs = { key: 'sdk', run: `${builds.note}\n${whole}` };
  const jobs = await startTogether([OLD, NEW].flatMap(({ main }) => times(8, { root, entry: main, inputs })));
  expect(await allEnded(jobs)).toEqual(times(16, good));
  expect(builds.lines()).toHaveLength(1);
  expect(jobs.filter((job) => job.outputs.result === 'built')).toHaveLength(1);
  expect(new Set(jobs.map((job) => job.outputs.path)).size).toBe(1);
  for (const job of jobs) expectWhole(job);
  expect(litter(root)).toEqual([]);
});

test('12 jobs of both versions share 2 slots: never three build at once', async () => {
  const root = tempDir();
  const proof = places(2);
  const run = `${proof.enter}\nsleep 0.1\n${whole}`;
  const jobs = await startTogether(
    times(6, [OLD, NEW])
      .flat()
      .map(({ main }, index) => ({ root, entry: main, inputs: { key: `sdk-${index}`, run, 'max-in-flight': '2' } })),
  );
  expect(await allEnded(jobs)).toEqual(times(12, good));
  expect(proof.tooMany()).toBe(0);
  expect(jobs.some((job) => Number(job.outputs['slot-wait-seconds']) > 0)).toBe(true);
  expect([...inSlots(root), ...litter(root)]).toEqual([]);
});
