import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { ledger } from '../harness/job.ts';
import { litter, published } from '../harness/remains.ts';
import { Pool, type Run, workflow, workflowTest } from './act.ts';

workflowTest('a build that fails fails its step, tells why, leaves no lock, and the next run builds', async () => {
  const pool = new Pool({});
  const built = ledger();
  const env = { LEDGER: built.file };

  const broken = await pool.run(workflow('failing.yml'), { env, vars: { BROKEN: 'yes' } });
  expect(broken.code).toBe(1);
  const job = broken.job('failing');
  expect(job.result).toBe('failure');
  expect(job.step('tool').all, broken.log).toMatch(/::error::.*exit code 3/);
  expect(job.step('after').result).toBeUndefined();
  expect(job.step('reaction').log).toBe("The step said '' and ''.\n");
  expect(litter(pool.root)).toEqual([]);

  const mended = await pool.run(workflow('failing.yml'), { env });
  expect(mended.code, mended.log).toBe(0);
  expect(mended.job('failing').step('tool').outputs).toMatchObject({ result: 'built', 'wait-seconds': '0' });
  expect(mended.job('failing').step('after').log).toBe('whole\n');
  expect(built.lines()).toHaveLength(2);
});

/** Processes of this machine that a build started. */
function processesOf(token: string | undefined): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`BUILD_ONCE_TOKEN=${token}\0`);
    } catch {
      return false;
    }
  });
}

/** A run is stopped while it builds, and another one follows. */
async function stop(how: (run: Run) => Promise<void>): Promise<Run> {
  const pool = new Pool({});
  const built = ledger();
  const env = { LEDGER: built.file };
  const stopped = await pool.start(workflow('stopped.yml'), { env, vars: { HANGS: 'yes' } });
  await stopped.said('It builds.');
  await how(stopped);

  const next = await pool.run(workflow('stopped.yml'), { env });

  expect(next.code, next.log).toBe(0);
  const job = next.job('stopped');
  expect(job.step('sdk').outputs.result).toBe('claimed');
  expect(job.step('tool').outputs.result).toBe('built');
  expect(job.step('use').log).toBe('sdk\nwhole\n');
  const [first, second, ...more] = built.lines();
  expect(more).toEqual([]);
  expect(published(pool.root)).toContain(second);
  expect(processesOf(first)).toEqual([]);
  expect(litter(pool.root)).toEqual([]);
  return stopped;
}

workflowTest(
  'a run that is cancelled in the middle of a build: its actions are killed, and the next run takes over',
  async () => {
    const stopped = await stop(async ({ process, ended }) => {
      process.kill('SIGINT');
      await ended;
    });
    expect(stopped.job('stopped').step('tool').all).toContain('signal: killed');
    expect(stopped.job('stopped').step('sdk', 'Post').log).toContain('"sdk" was not published: its claim is released.');
  },
);

workflowTest('a runner that is killed in the middle of a build: the next run takes over', async () => {
  await stop(async ({ process, ended }) => {
    process.kill('SIGKILL');
    await ended;
  });
});
