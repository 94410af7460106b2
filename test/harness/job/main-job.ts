import { expect } from 'vitest';
import type { LoopDisk } from '../disks/loop-disk.ts';
import { litter, published } from '../storm/remains.ts';
import { ledger } from './job.ts';
import { allEnded, startTogether, times } from './together.ts';

/**
 * So many jobs want one key at one moment: one builds, all get its build, nothing is left over.
 * @returns milliseconds until the last had it
 */
export async function expectOneBuild({ root, wrapper, seen }: LoopDisk, count: number, key: string): Promise<number> {
  const builds = ledger();
  const before = published(seen).length;
  const inputs = { key, run: `${builds.note}\nmkdir "$BUILD_ONCE_OUT/bin"; echo one > "$BUILD_ONCE_OUT/bin/one"` };
  const jobs = await startTogether(times(count, { root, wrapper, inputs }));
  const began = performance.now();
  const ends = await allEnded(jobs);
  const tookMs = performance.now() - began;
  expect(
    ends.map(({ code }) => code),
    jobs.map((job) => job.log).join('\n'),
  ).toEqual(times(count, 0));
  expect(builds.lines()).toHaveLength(1);
  expect(jobs.filter((job) => job.outputs.result === 'built')).toHaveLength(1);
  expect(new Set(jobs.map((job) => job.outputs.path)).size).toBe(1);
  expect(published(seen)).toHaveLength(before + 1);
  expect(litter(seen)).toEqual([]);
  return tookMs;
}
