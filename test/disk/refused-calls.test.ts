import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atCall, expectHealed, inputs, scenes } from '../harness/faults/kill-every-call.ts';
import { type Refusal, refuseEveryCall } from '../harness/faults/refuse-every-call.ts';
import { runJob, tempDir } from '../harness/job/job.ts';
import { litter, published } from '../harness/storm/remains.ts';

// In test/long/ every call, of every scene.
describe('a step whose disk refuses a call builds, or fails naming it, and leaves nothing half', () => {
  test.each<[name: string, error: Refusal, from: string, every: number]>([
    ['a first build', 'ENOSPC', 'for good', 4],
    ['a first build', 'EROFS', 'for good', 6],
    ['a first build', 'EACCES', 'once', 16],
    ['a first build', 'EIO', 'for good', 12],
    ['a build that fails', 'EIO', 'for good', 14],
  ])('%s, %s %s, every %ith call', async (name, error, from, every) => {
    const scene = scenes[name];
    expect(scene).toBeDefined();
    const counts = scene && (await refuseEveryCall(scene, error, from === 'for good', every));
    console.log(`${name}: ${error} ${from} at ${counts?.refused} calls, of which ${counts?.built} built all the same`);
    expect(counts?.refused).toBeGreaterThan(4);
  });
});

test('a build that fails on a disk that then refuses to put it away fails with its own exit code', async () => {
  const root = tempDir();
  const plan = { below: root, nth: 0, match: '^renameSync .*entry', error: 'EIO', forGood: true } as const;
  const report = join(tempDir(), 'call');
  const job = await runJob({ root, inputs: { ...inputs, run: 'exit 7' }, ...atCall(plan, report) });
  expect(existsSync(report), job.log).toBe(true);
  expect(job.end.code).toBe(7);
  expect(job.log).toContain('::error::The build of "sdk" failed with exit code 7.');
  await expectHealed(root, inputs, 'put away by the next');
  expect(litter(root)).toEqual([]);
});

test.each(['EIO', 'ENOSPC'] as const)(
  'a build whose data the disk says to have lost (%s) is not published',
  async (error) => {
    const root = tempDir();
    const plan = { below: root, nth: 0, match: '^open .*/[0-9a-f]{12}/data$', error } as const;
    const job = await runJob({
      root,
      inputs: { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/data"' },
      ...atCall(plan, join(tempDir(), 'call')),
    });
    expect(job.end.code, job.log).toBe(1);
    expect(job.log).toContain(
      `::error::The shared cache at ${root} cannot be used: ${error} at ${root}/build-once/v1/`,
    );
    expect(published(root)).toEqual([]);
    await expectHealed(root, inputs, 'after it');
  },
);
