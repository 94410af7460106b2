import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runJob, tempDir } from '../harness/job/job.ts';
import { canTrace, needsTrace } from '../harness/needs.ts';
import { litter } from '../harness/storm/remains.ts';

const inputs = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/data"' };

/** The kernel gives that number to the first call of its kind for a path of the root. */
function refusing(call: string, number: string, path: string): string[] {
  return ['strace', '-f', '-o', '/dev/null', '-P', path, '-e', `inject=${call}:error=${number}:when=1`, '--'];
}

test.skipIf(!canTrace).each([
  ['mkdir', 'EDQUOT', 'EDQUOT', 'the disk quota is used up'],
  ['mkdir', 'EREMOTEIO', 'EREMOTEIO', 'refuses this call; see the kernel log'],
  ['mkdir', 'ENOKEY', 'ENOKEY', 'refuses this call; see the kernel log'],
  ['mkdir', 'EL2HLT', 'errno 51', 'refuses this call; see the kernel log'],
])(`a %s that the kernel refuses with %s is told as that of the disk${needsTrace}`, async (call, number, name, why) => {
  const root = tempDir();
  const folder = join(root, 'build-once');
  const job = await runJob({ root, inputs, wrapper: refusing(call, number, folder) });
  expect(job.end.code, job.log).toBe(1);
  expect(job.log).toContain(`::error::The shared cache at ${root} cannot be used: ${name} at ${folder}: `);
  expect(job.log).toContain(why);
  expect(job.log).not.toContain('build-once itself failed');
  expect(litter(root)).toEqual([]);
});
