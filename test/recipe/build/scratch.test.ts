import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Reporter } from '../../../src/base/reporter.ts';
import { withScratch } from '../../../src/recipe/build/scratch.ts';
import { tempDir } from '../../harness/job/job.ts';

test('a large scratch folder is deleted in slices, between which heartbeats and signals are served', async () => {
  const temp = tempDir();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  onTestFinished(() => clearInterval(timer));
  const surroundings = { env: {}, signal: new AbortController().signal, reporter: {} as Reporter, temp };
  await withScratch(surroundings, async ({ scratch }) => {
    for (let count = 0; count < 5000; count++) writeFileSync(join(scratch, `file-${count}`), '');
    ticks = 0;
  });
  expect(readdirSync(temp)).toEqual([]);
  expect(ticks).toBeGreaterThan(1);
});
