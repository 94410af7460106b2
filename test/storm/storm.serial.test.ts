import { expect, test } from 'vitest';
import { tempDir } from '../harness/job/job.ts';
import { figures, troubles } from '../harness/storm/ledger.ts';
import { storm } from '../harness/storm/storm.ts';

const here = () => [{ root: tempDir(), wrapper: [] }];

test('6 s of steps that are killed at random: never two holders, a partial entry, a stuck key or a remainder', async () => {
  const report = await storm({ sides: here(), seconds: 6 });
  console.log(figures(report));
  expect(troubles(report)).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  expect(report.acquisitions).toBeGreaterThan(report.kills);
});

test('builds that are published without their last file are noticed', async () => {
  const report = await storm({ sides: here(), seconds: 1, fault: 'unfinished' });
  expect(report.partialEntries).toContainEqual(expect.stringMatching(/has \d+ of \d+ files/));
});
