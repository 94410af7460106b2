import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gate, ledger, startJob, tempDir } from './harness/job.ts';

test('of 8 jobs at once one builds, the others wait, and all get one path', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const inputs = { key: 'sdk', run: `${builds.note}\n${wait}\ntouch "$BUILD_ONCE_OUT/done"` };
  const jobs = Array.from({ length: 8 }, () => startJob({ root, inputs }));
  const first = await Promise.race(jobs.map(async (job) => job.said('::group::').then(() => job)));
  await Promise.all(jobs.filter((job) => job !== first).map((job) => job.said('Waiting for')));
  open();
  const ends = await Promise.all(jobs.map((job) => job.ended));
  expect(ends.map(({ code }) => code)).toEqual(jobs.map(() => 0));
  expect(builds.lines()).toHaveLength(1);
  expect(new Set(jobs.map((job) => job.outputs.path)).size).toBe(1);
  expect(existsSync(`${first.outputs.path}/done`)).toBe(true);
  expect(jobs.filter((job) => job.outputs.result === 'built')).toEqual([first]);
  expect(jobs.filter((job) => job.outputs.result === 'waited')).toHaveLength(7);
});
