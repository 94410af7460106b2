import { expect, test } from 'vitest';
import { tempDir } from '../harness/job/job.ts';
import { describeStress, type StressOptions, stress } from '../harness/storm/stress.ts';

async function violations(options: Omit<StressOptions, 'sides'>): Promise<number> {
  const report = await stress({ sides: [{ root: tempDir(), wrapper: [] }], ...options });
  console.log(describeStress(report));
  return report.violations;
}

test.each([
  [2, 200],
  [8, 200],
  [24, 80],
])('%i processes at once on the lock of a dead one, %i times: never two inside', async (processes, trials) => {
  expect(await violations({ processes, trials, holder: 'dead' })).toBe(0);
});

test('8 processes at once on a lock whose heartbeat stands still: never two inside', async () => {
  expect(await violations({ processes: 8, trials: 20, holder: 'silent', staleMs: 300 })).toBe(0);
});

test('the same sees stock proper-lockfile let two in, so it is not blind', async () => {
  expect(await violations({ processes: 16, trials: 60, holder: 'stock' })).toBeGreaterThan(0);
});
