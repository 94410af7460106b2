import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/harness/longest-first.ts';

const minute = 60_000;
const elsewhere = ['test/long/**', 'test/lab/**', 'test/workflows/**', 'test/windows/**'];

export default defineConfig({
  test: {
    // Named, because vitest picks another one by itself when it believes to be run by a program.
    reporters: ['default', ...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), './test/harness/skips.ts'],
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, 'test/**/*.serial.test.ts'],
          // Ends what hangs; what must be fast is asserted. A busy machine takes six times as long as a quiet one.
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Tests that measure time or fill the machine: one file at a time, after all the others.
        extends: true,
        test: {
          name: 'serial',
          include: ['test/**/*.serial.test.ts'],
          exclude: elsewhere,
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Every call killed, refused or explored in turn: one core each, and nothing in them measures time.
        extends: true,
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          exclude: ['test/**/*.serial.test.ts'],
          testTimeout: 15 * minute,
          hookTimeout: 5 * minute,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long-serial',
          include: ['test/long/**/*.serial.test.ts'],
          testTimeout: 15 * minute,
          hookTimeout: 5 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // Network disks for real: what is missing for one of them skips it.
        extends: true,
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          testTimeout: 15 * minute,
          hookTimeout: 15 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // Workflow files run by runners that are not ours; skipped where they cannot be built. They wait more than they compute.
        extends: true,
        test: {
          name: 'workflows',
          include: ['test/workflows/**/*.test.ts'],
          testTimeout: 2 * minute,
          hookTimeout: minute,
          maxWorkers: 2,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Storms of real jobs that use nothing of POSIX; `npm run test:windows` has them in Wine.
        extends: true,
        test: {
          name: 'windows',
          include: ['test/windows/**/*.test.ts'],
          testTimeout: 15 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
