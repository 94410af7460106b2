import { expect, test } from 'vitest';
import { ledger, runJob, tempDir } from '../harness/job/job.ts';

// Half a minute each: as long as a check may take.
test.each(['before a build', 'of what is published'])('a check that hangs costs its 30 s once: %s', async (when) => {
  const root = tempDir();
  const builds = ledger();
  const inputs = { key: 'k', check: 'sleep 300', run: builds.note };
  if (when === 'of what is published') await runJob({ root, inputs: { ...inputs, check: 'true', run: 'true' } });
  const since = performance.now();
  const job = await runJob({ root, inputs });
  expect(performance.now() - since).toBeLessThan(35_000);
  expect(job.end.code).toBe(1);
  expect(job.log).toContain('::error::check: it took longer than 30 s for "k"');
  expect(builds.lines()).toEqual([]);
});
