import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { places } from '../harness/disks/places.ts';
import { gate, ledger, tempDir } from '../harness/job/job.ts';
import { inSlots, litter } from '../harness/storm/remains.ts';
import { both } from './engines.ts';
import { Pool, workflow, workflowTest } from './pool.ts';

const BUILD = `#!/bin/sh
set -e
echo "$BUILD_ONCE_TOKEN" >> "$LEDGER"
read -r _ < "$GATE"
mkdir "$BUILD_ONCE_OUT/bin"
printf '#!/bin/sh\\necho made by %s\\n' "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/bin/tool"
chmod +x "$BUILD_ONCE_OUT/bin/tool"
`;

workflowTest(
  'of eight jobs of a matrix with one key one builds, seven wait for it, and those of the next run reuse it',
  async (engine) => {
    const pool = new Pool({ 'build.sh': BUILD }, engine);
    const built = ledger();
    const { file, open } = gate();
    const env = { LEDGER: built.file, GATE: file };

    const first = pool.start(workflow('eight.yml'), { env });
    await first.said(`Waiting for octo/app, job eight ${engine.place}`, 7);
    open();
    await first.ended;

    expect(first.code, first.log).toBe(0);
    const jobs = first.jobs('eight');
    expect(jobs.map((job) => job.step('tool').outputs.result).sort()).toEqual(['built', ...Array(7).fill('waited')]);
    const [token] = built.lines();
    expect(built.lines()).toEqual([token]);
    for (const job of jobs) {
      const { outputs, summary } = job.step('tool');
      expect(job.step('use').log).toBe(`made by ${token}\n`);
      expect(outputs.key).toMatch(/^tool-[0-9a-f]{64}$/);
      expect(job.step('builder').result).toBe(outputs.result === 'built' ? 'success' : undefined);
      if (engine.tellsSummaries) expect(summary).toContain(`<code>${outputs.key}</code> | ${outputs.result} |`);
      expect(outputs['built-by']).toBe(engine.page);
    }

    const second = await pool.run(workflow('eight.yml'), { env });
    expect(second.code, second.log).toBe(0);
    for (const job of second.jobs('eight')) {
      expect(job.step('tool').outputs).toMatchObject({ result: 'reused', 'cache-hit': 'true' });
      expect(job.step('tool').summary).toBe('');
      expect(job.step('use').log).toBe(`made by ${token}\n`);
    }
    expect(second.jobs('eight')).toHaveLength(8);
    expect(built.lines()).toHaveLength(1);
    expect(litter(pool.root)).toEqual([]);
  },
  { on: both },
);

workflowTest(
  'of the builds of a matrix, each with a key of its own, never more than max-in-flight run at one time',
  async () => {
    const pool = new Pool({});
    const built = ledger();
    const { enter, tooMany } = places(2);
    const go = join(tempDir(), 'go');

    const run = pool.start(workflow('bounded.yml'), { env: { LEDGER: built.file, ENTER: enter, GO: go } });
    await run.said('Waiting for a build slot', 4);
    writeFileSync(go, '');
    await run.ended;

    expect(run.code, run.log).toBe(0);
    const steps = run.jobs('bounded').map((job) => job.step('plugin'));
    expect(steps.map(({ outputs }) => outputs.result)).toEqual(Array(6).fill('built'));
    expect(built.lines()).toHaveLength(6);
    expect(tooMany()).toBe(0);
    expect(steps.filter(({ outputs }) => Number(outputs['slot-wait-seconds']) > 0)).toHaveLength(4);
    expect(inSlots(pool.root)).toEqual([]);
  },
);
