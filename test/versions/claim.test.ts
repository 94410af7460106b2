import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Job } from '../harness/job/job.ts';
import { allGone, endJob, processesOf, publish, startClaim } from '../harness/job/split.ts';
import { litter, published } from '../harness/storm/remains.ts';
import { expectWhole, good, Scene } from './scene.ts';
import { directions, type Version } from './versions.ts';

/** A claim step, to its end. */
async function claimBy({ name, claim }: Version, { root }: Scene): Promise<Job> {
  const job = startClaim({ name, root, entry: claim, inputs: { key: 'sdk' } });
  expect(await job.ended, job.log).toEqual(good);
  return job;
}

/** What the steps between claim and publish do. */
function build({ outputs }: Job): void {
  mkdirSync(join(outputs.path ?? '', 'bin'));
  writeFileSync(join(outputs.path ?? '', 'bin/tool'), 'whole\n');
}

describe.each(directions)('$first.name claims or builds first, then $second.name', ({ first, second }) => {
  test('a step of the second waits for what the steps of the first build', async () => {
    const scene = new Scene();
    const claimed = await claimBy(first, scene);
    expect(claimed.outputs.result, claimed.log).toBe('claimed');
    const waiter = await scene.waiter(second, claimed);
    build(claimed);
    const done = await publish(claimed, scene.root, { entry: first.publish, inputs: { identity: '1.2.3' } });
    expect(done.outputs, done.log).toMatchObject({ result: 'built', identity: '1.2.3', path: claimed.outputs.path });
    expect(await waiter.ended, waiter.log).toEqual(good);
    const { path } = done.outputs;
    expect(waiter.outputs, waiter.log).toMatchObject({ result: 'waited', identity: '1.2.3', path });
    expectWhole(waiter);
    expect((await claimBy(second, scene)).outputs).toMatchObject({ result: 'reused', identity: '1.2.3', path });
    await allGone(claimed);
    expect(scene.builds.lines()).toEqual([]);
    expect(litter(scene.root)).toEqual([]);
  });

  test('a claim of the second waits for a step of the first, and its publish hands on what that built', async () => {
    const scene = new Scene();
    const holder = await scene.holder(first);
    const claiming = startClaim({ root: scene.root, entry: second.claim, inputs: { key: 'sdk' } });
    await claiming.said(/waiting for /i);
    holder.open();
    expect(await claiming.ended, claiming.log).toEqual(good);
    const { path } = holder.job.outputs;
    const done = await publish(claiming, scene.root, { entry: second.publish });
    for (const { outputs, log } of [claiming, done]) expect(outputs, log).toMatchObject({ result: 'waited', path });
    expectWhole(done);
    expect(processesOf(claiming)).toEqual([]);
    expect(litter(scene.root)).toEqual([]);
  });

  test('a step of the second takes over from a killed keeper, and the publish of the first hands on its build', async () => {
    const scene = new Scene();
    const claimed = await claimBy(first, scene);
    build(claimed);
    const waiter = await scene.waiter(second, claimed);
    endJob(claimed);
    await allGone(claimed);
    expect(await waiter.ended, waiter.log).toEqual(good);
    expect(waiter.outputs.result, waiter.log).toBe('built');
    expectWhole(waiter);
    expect(existsSync(claimed.outputs.path ?? '')).toBe(false);
    expect(scene.builds.lines()).toEqual(published(scene.root));
    const late = await publish(claimed, scene.root, { entry: first.publish });
    expect(late.outputs, late.log).toMatchObject({ built: 'false', path: waiter.outputs.path });
    expect(litter(scene.root)).toEqual([]);
  });
});
