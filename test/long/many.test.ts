import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gate, ledger, startJob, tempDir } from '../harness/job/job.ts';

/** More than a user has inotify instances where nobody set more than the kernel's 128: most of them can only poll. */
const MANY = 300;
const LIMIT_FILE = '/proc/sys/fs/inotify/max_user_instances';

test(`${MANY} processes that want one key: one builds, and all the others get its build`, async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const inputs = { key: 'sdk', run: `${builds.note}\n${wait}\ntouch "$BUILD_ONCE_OUT/tool"` };
  const jobs = Array.from({ length: MANY }, () => startJob({ root, inputs }));
  const builder = await Promise.race(jobs.map((job) => job.said('::group::').then(() => job)));
  await Promise.all(jobs.filter((job) => job !== builder).map((job) => job.said('Waiting for')));
  if (process.platform === 'linux') {
    const limit = Number(readFileSync(LIMIT_FILE, 'utf8'));
    const watching = jobs.filter((job) => watches(job.pid)).length;
    console.log(
      `${MANY} processes: ${watching} watch, the others only poll (a user may have ${limit} inotify instances)`,
    );
    expect(watching).toBeGreaterThan(0);
    if (limit < MANY) expect(watching).toBeLessThanOrEqual(limit);
  }
  const began = performance.now();
  open();
  const ends = await Promise.all(jobs.map((job) => job.ended));
  console.log(`${MANY} processes: all have the build ${Math.round(performance.now() - began)} ms after it could go on`);
  expect(ends.filter(({ code }) => code !== 0)).toEqual([]);
  expect(builds.lines()).toHaveLength(1);
  expect(new Set(jobs.map((job) => job.outputs.path)).size).toBe(1);
  expect(jobs.filter((job) => job.outputs.result === 'built')).toEqual([builder]);
  expect(jobs.filter((job) => job.outputs.result === 'waited')).toHaveLength(MANY - 1);
});

/** Whether a process has an inotify instance. */
function watches(pid: number): boolean {
  const dir = `/proc/${pid}/fd`;
  return readdirSync(dir).some((name) => {
    try {
      return readlinkSync(join(dir, name)) === 'anon_inode:inotify';
    } catch {
      // Closed since it was listed.
      return false;
    }
  });
}
