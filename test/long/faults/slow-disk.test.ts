import { expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { lackingSlow, slowDisk } from '../../harness/disks/slow-disk.ts';
import { ledger, startJob } from '../../harness/job/job.ts';
import { allEnded, times } from '../../harness/job/together.ts';
import { published } from '../../harness/storm/remains.ts';

const good = { code: 0, signal: null };

// A flush of all of it takes 20 s. Whoever waits has the build before.
test.skipIf(lackingSlow())(`a disk that writes 3 MB/s has 60 MB built once${lackingSlow()}`, async () => {
  const { root, wrapper, seen } = await slowDisk(3e6);
  const built = ledger();
  const run = `${built.note}; head -c 60000000 /dev/zero > "$BUILD_ONCE_OUT/data"; sleep 1`;
  const took = stopwatch();
  const holder = startJob({ root, wrapper, inputs: { key: 'sdk', run } });
  await holder.said('::group::Building');
  const waiters = times(2, { root, wrapper, inputs: { key: 'sdk', run } }).map((options) => startJob(options));
  const waited = await allEnded(waiters);
  const waitedMs = took();
  const ends = [await holder.ended, ...waited];
  const seconds = [waitedMs, took()].map((ms) => (ms / 1000).toFixed(1));
  console.log(`two who wait have it after ${seconds[0]} s, its builder ends after ${seconds[1]} s`);
  expect(ends, [holder, ...waiters].map(({ log }) => log).join('\n---\n')).toEqual(times(3, good));
  expect(built.lines()).toHaveLength(1);
  expect(published(seen)).toHaveLength(1);
});

test.skipIf(lackingSlow())(
  `a cancel while 60 MB are written at 3 MB/s ends the step within 7 s${lackingSlow()}`,
  async () => {
    const { root, wrapper } = await slowDisk(3e6);
    const run = 'head -c 60000000 /dev/zero > "$BUILD_ONCE_OUT/data"; echo written; sleep 0.5';
    const job = startJob({ root, wrapper, inputs: { key: 'sdk', run } });
    await job.said('written');
    // The script has ended, and its build is being flushed.
    await job.said('::endgroup::');
    const took = stopwatch();
    job.kill('SIGINT');
    await job.ended;
    console.log(`cancelled after ${(took() / 1000).toFixed(1)} s`);
    expect(took(), job.log).toBeLessThan(7000);
    expect(job.log).toContain('Cancelled by SIGINT');
    expect(job.log).not.toContain('taken over');
  },
);
