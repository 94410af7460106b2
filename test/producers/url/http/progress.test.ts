import { expect, test } from 'vitest';
import { Progress } from '../../../../src/producers/url/http/progress.ts';

test('tells bytes, share, rate and what is left, and without a total what it can', () => {
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(line), 0);
  progress.add(100_000);
  progress.total = 1_000_000;
  progress.add(150_000);
  expect(lines).toEqual([
    expect.stringMatching(/^100 kB, [\d.]+ [kMG]B\/s$/),
    expect.stringMatching(/^250 kB of 1 MB \(25 %\), [\d.]+ [kMG]B\/s, [\d.]+ m?s left$/),
  ]);
});

test('says nothing before its time', () => {
  const lines: string[] = [];
  new Progress((line) => lines.push(line)).add(1);
  expect(lines).toEqual([]);
});
