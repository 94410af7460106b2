import { describe, expect, test } from 'vitest';
import { type FileSystemName, lacking, loopDisk } from '../harness/disks/loop-disk.ts';
import { expectOneBuild } from '../harness/job/main-job.ts';
import { describeStress, type StressOptions, stress } from '../harness/storm/stress.ts';

const ROUNDS = 5;

describe.each<FileSystemName>(['ext4', 'XFS', 'tmpfs', 'overlay'])('on %s', (name) => {
  const missing = lacking(name);

  test.skipIf(missing)(`of 8 jobs at once one builds, ${ROUNDS} times${missing}`, async () => {
    const disk = await loopDisk(name);
    const tookMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) tookMs.push(await expectOneBuild(disk, 8, `sdk-${round}`));
    console.log(`${name}: 8 jobs, one build, after ${tookMs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  });

  test.skipIf(missing)(`of those that take over one gets in; of proper-lockfile as it is, two${missing}`, async () => {
    const sides = [{ root: (await loopDisk(name)).seen, wrapper: [] }];
    const violations = async (options: Omit<StressOptions, 'sides'>) => {
      const report = await stress({ sides, ...options });
      console.log(`${name}: ${describeStress(report)}`);
      return report.violations;
    };
    // Fewer trials than on the disk of the tests, where `stress.serial.test.ts` makes hundreds.
    expect(await violations({ processes: 2, trials: 40, holder: 'dead' })).toBe(0);
    expect(await violations({ processes: 8, trials: 40, holder: 'dead' })).toBe(0);
    expect(await violations({ processes: 24, trials: 15, holder: 'dead' })).toBe(0);
    expect(await violations({ processes: 8, trials: 5, holder: 'silent', staleMs: 300 })).toBe(0);
    expect(await violations({ processes: 16, trials: 200, holder: 'stock', enough: 1 })).toBe(1);
  });
});
