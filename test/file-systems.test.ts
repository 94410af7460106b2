import { describe, expect, test } from 'vitest';
import { type FileSystemName, lacking, loopDisk } from './harness/loop-disk.ts';
import { expectOneBuild } from './harness/main-job.ts';
import { describeStress, stress } from './harness/stress.ts';

// In test/long/ for longer, and on ext4 and XFS.
describe.each<FileSystemName>(['tmpfs', 'overlay'])('on %s', (name) => {
  test.skipIf(lacking(name))(`one of 8 jobs builds, and of 8 that take over one gets in${lacking(name)}`, async () => {
    const disk = await loopDisk(name);
    const tookMs = await expectOneBuild(disk, 8, 'sdk');
    const sides = [{ root: disk.seen, wrapper: [] }];
    const report = await stress({ sides, processes: 8, trials: 10, holder: 'dead' });
    console.log(`${name}: 8 jobs, one build, after ${tookMs.toFixed(0)} ms; ${describeStress(report)}`);
    expect(report.violations).toBe(0);
  });
});
