import { describe, expect, test } from 'vitest';
import { tempDir } from '../harness/job/job.ts';
import { figures, troubles } from '../harness/storm/ledger.ts';
import { storm } from '../harness/storm/storm.ts';

const here = () => [{ root: tempDir(), wrapper: [] }];

test('60 s of steps that are killed at random: never two holders, a partial entry, a stuck key or a remainder', async () => {
  const report = await storm({ sides: here(), seconds: 60 });
  console.log(figures(report));
  expect(troubles(report)).toEqual([]);
  expect(report.takeovers).toBeGreaterThan(10);
});

test('40 s in which they are also stopped for longer than the stale time, robbed, and continued', async () => {
  const stops = { everyMs: 1500, forMs: 8000 };
  // Keys stay in use for longer than the stale time, so that those who want one are there to rob its holder.
  const often = { workers: 10, killEveryMs: 1000, generationMs: 12_000 };
  const report = await storm({ sides: here(), seconds: 40, staleMs: 5000, stops, ...often });
  console.log(figures(report));
  expect(troubles(report)).toEqual([]);
  expect(report.silentTakeovers).toBeGreaterThan(0);
});

describe('the storm is not blind: it notices', () => {
  test('two holders, where takeover moves a dead one´s lock aside, whoever is in it by then', async () => {
    const report = await storm({ sides: here(), seconds: 15, keys: 1, fault: 'rename-aside' });
    console.log(`rename-aside takeover: ${figures(report)}`);
    expect(report.doubleHolders).not.toEqual([]);
  });

  test('stuck keys, where nobody takes over', async () => {
    const report = await storm({ sides: here(), seconds: 4, fault: 'no-takeover' });
    console.log(`no takeover: ${figures(report)}`);
    expect(report.wedgedKeys).not.toEqual([]);
  });

  test('remainders, where nobody sweeps', async () => {
    const report = await storm({ sides: here(), seconds: 6, fault: 'no-sweep' });
    console.log(`no sweep: ${figures(report)}`);
    expect(report.leftovers).not.toEqual([]);
  });
});
