import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { ledger, tempDir } from '../harness/job/job.ts';
import { litter } from '../harness/storm/remains.ts';
import { both } from './engines.ts';
import { Pool, workflow, workflowTest } from './pool.ts';

/** Of an entry: three uploads of 32 MiB, as the package does them side by side by the first protocol, and a part of one. */
const BYTES = process.env.TEST_BYTES ?? '105000000';

workflowTest(
  'what one runner builds is restored by a runner with another disk, through the cache server of the engine',
  async (engine) => {
    const built = ledger();
    const options = { env: { LEDGER: built.file }, cache: tempDir() };
    const [here, there] = [new Pool({}, engine), new Pool({}, engine)];
    for (const [pool, result, source] of [
      [here, 'built', 'build'],
      [there, 'reused', 'remote'],
      [there, 'reused', 'disk'],
    ] as const) {
      const run = await pool.run(workflow('remote.yml'), options);
      expect(run.code, run.log).toBe(0);
      const job = run.job('remote');
      expect(job.step('tool').outputs, run.log).toMatchObject({ result, source });
      if (engine.tellsSummaries) expect(job.step('tool').summary).toContain(` | ${result} | ${source} | `);
      expect(job.step('use').log).toBe(`made by ${built.lines()[0]}\n`);
      expect(litter(pool.root)).toEqual([]);
    }
    expect(built.lines()).toHaveLength(1);
  },
  { on: both },
);

workflowTest('an entry of several chunks comes through act´s cache server byte for byte', async () => {
  const options = { env: { BYTES }, cache: tempDir() };
  const paths: string[] = [];
  for (const [result, source] of [
    ['built', 'build'],
    ['reused', 'remote'],
  ]) {
    const run = await new Pool({}).run(workflow('remote-large.yml'), options);
    const { outputs } = run.job('large').step('made');
    expect(outputs, run.log).toMatchObject({ result, source });
    paths.push(outputs.path ?? '');
  }
  expect(new Set(paths).size).toBe(2);
  execFileSync('diff', ['-r', ...paths]);
});
