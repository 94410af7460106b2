import { expect, test } from 'vitest';
import { Runs } from '../../../src/admin/report/runs.ts';
import { anEvent } from '../../harness/journal.ts';

test('of a journal with more runs than are kept, the newest are', () => {
  const runs = new Runs();
  const url = (run: number) => `https://x.example/o/r/actions/runs/${run}`;
  for (let run = 0; run < 50_000; run++) {
    runs.add({ ...anEvent(), who: { ...anEvent().who, runUrl: url(run) }, atMs: run, file: `${run}` });
  }
  expect(runs.newest(3)).toMatchObject([
    { url: url(49_999), files: ['49999'] },
    { url: url(49_998), files: ['49998'] },
    { url: url(49_997), files: ['49997'] },
  ]);
  const { length } = runs.newest(100_000);
  expect(length).toBeGreaterThanOrEqual(10_000);
  expect(length).toBeLessThanOrEqual(20_000);
});
