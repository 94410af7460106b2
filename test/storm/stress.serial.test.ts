import { expect, test } from 'vitest';
import { tempDir } from '../harness/job/job.ts';
import { describeStress, type StressOptions, stress } from '../harness/storm/stress.ts';

// The short form of test/long/stress.serial.test.ts.

async function violations(options: Omit<StressOptions, 'sides'>): Promise<number> {
  const report = await stress({ sides: [{ root: tempDir(), wrapper: [] }], ...options });
  console.log(describeStress(report));
  return report.violations;
}

test('8 processes at once on the lock of a dead one, and on one whose heartbeat stands still: never two inside', async () => {
  expect(await violations({ processes: 8, trials: 20, holder: 'dead' })).toBe(0);
  expect(await violations({ processes: 8, trials: 3, holder: 'silent', staleMs: 300 })).toBe(0);
});

test('the same sees stock proper-lockfile let two in, so it is not blind', async () => {
  expect(await violations({ processes: 16, trials: 200, enough: 3, holder: 'stock' })).toBeGreaterThan(0);
});
