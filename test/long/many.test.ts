import { expect, test } from 'vitest';
import { gate, ledger, startJob, tempDir } from '../harness/job.ts';

/** More than a user has inotify instances (128): most of them can only poll. */
const MANY = 300;

test('300 processes that want one key: one builds, and all the others get its build', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const inputs = { key: 'sdk', run: `${builds.note}\n${wait}\ntouch "$BUILD_ONCE_OUT/tool"` };
  const jobs = Array.from({ length: MANY }, () => startJob({ root, inputs }));
  const builder = await Promise.race(jobs.map((job) => job.said('::group::').then(() => job)));
  await Promise.all(jobs.filter((job) => job !== builder).map((job) => job.said('Waiting for')));
  const began = performance.now();
  open();
  const ends = await Promise.all(jobs.map((job) => job.ended));
  console.log(`300 processes: all have the build ${Math.round(performance.now() - began)} ms after it could go on`);
  expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
  expect(builds.lines()).toHaveLength(1);
  expect(new Set(jobs.map((job) => job.outputs.path)).size).toBe(1);
  expect(jobs.filter((job) => job.outputs.result === 'built')).toEqual([builder]);
  expect(jobs.filter((job) => job.outputs.result === 'waited')).toHaveLength(MANY - 1);
});
