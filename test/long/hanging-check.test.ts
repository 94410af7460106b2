import { expect, test } from 'vitest';
import { ledger, runJob, tempDir } from '../harness/job/job.ts';

async function expectOnce(when: 'before a build' | 'of what is published'): Promise<void> {
  const root = tempDir();
  const builds = ledger();
  const inputs = { key: 'k', check: 'sleep 300', run: builds.note };
  if (when === 'of what is published') await runJob({ root, inputs: { ...inputs, check: 'true', run: 'true' } });
  const since = performance.now();
  const job = await runJob({ root, inputs });
  expect(performance.now() - since, when).toBeLessThan(35_000);
  expect(job.end.code, when).toBe(1);
  expect(job.log, when).toContain('::error::check: it took longer than 30 s for "k"');
  expect(builds.lines(), when).toEqual([]);
}

// At one time, since each takes the half minute that a check may take.
test('a check that hangs costs its 30 s once, before a build and of what is published', async () => {
  await Promise.all([expectOnce('before a build'), expectOnce('of what is published')]);
});
