import { expect, test } from 'vitest';
import { builders } from '../../bench/builders.ts';
import { median } from '../../bench/measure.ts';
import { tempDir } from '../harness/job/job.ts';

test('nobody starves: of 1,000 short builds none waits for its slot 20 times as long as the middle one', async () => {
  const began = performance.now();
  const made = await builders({ root: tempDir(), workers: 12, builds: 1000, slots: 2, run: 'true' });
  const waits = made.map(({ waited }) => waited);
  const [middle, longest] = [median(waits), Math.max(...waits)];
  console.log(
    `1,000 builds of 12 workers with 2 slots: waited ${middle.toFixed(0)} ms (median), ${longest.toFixed(0)} ms (longest), ${(longest / middle).toFixed(1)} times as long (${((performance.now() - began) / 1000).toFixed(1)} s)`,
  );
  expect(made).toHaveLength(1000);
  expect(longest).toBeLessThan(20 * middle);
});
