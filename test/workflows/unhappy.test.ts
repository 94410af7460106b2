import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { ledger } from '../harness/job/job.ts';
import { litter, published } from '../harness/storm/remains.ts';
import { both, type Engine } from './engines.ts';
import { Pool, type Run, workflow, workflowTest } from './pool.ts';

workflowTest(
  'a build that fails fails its step, tells why, leaves no lock, and the next run builds; so with claims',
  async (engine) => {
    const pool = new Pool({}, engine);
    const built = ledger();
    const env = { LEDGER: built.file };

    const broken = await pool.run(workflow('failing.yml'), { env, vars: { BROKEN: 'yes' } });
    expect(broken.code).toBe(1);
    const job = broken.job('failing');
    expect(job.result).toBe('failure');
    expect(job.step('tool').all, broken.log).toMatch(/::error::.*exit code 3/);
    expect(job.step('after').result).toBeUndefined();
    expect(job.step('reaction').log).toBe("The step said '' and ''.\n");
    const claiming = broken.job('claiming');
    expect(claiming.result).toBe('failure');
    expect(claiming.step('published').result).toBeUndefined();
    expect(claiming.step('sdk', 'Post').log).toContain('"sdk" was not published: its claim is released.');
    expect(litter(pool.root)).toEqual([]);

    const mended = await pool.run(workflow('failing.yml'), { env });
    expect(mended.code, mended.log).toBe(0);
    expect(mended.job('failing').step('tool').outputs).toMatchObject({ result: 'built', 'wait-seconds': '0' });
    expect(mended.job('failing').step('after').log).toBe('whole\n');
    expect(mended.job('claiming').step('sdk').outputs).toMatchObject({ result: 'claimed', 'wait-seconds': '0' });
    expect(mended.job('claiming').step('published').outputs.result).toBe('built');
    expect(built.lines()).toHaveLength(2);
  },
  { on: both },
);

/** Processes of this machine that a build started. */
function processesOf(token: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`BUILD_ONCE_TOKEN=${token}\0`);
    } catch {
      return false;
    }
  });
}

/** A run is stopped while it builds, and another one follows. */
async function stop(engine: Engine, how: (run: Run) => Promise<void>): Promise<Run> {
  const pool = new Pool({}, engine);
  const built = ledger();
  const env = { LEDGER: built.file };
  const stopped = pool.start(workflow('stopped.yml'), { env, vars: { HANGS: 'yes' } });
  await stopped.said('It builds.');
  const [first = ''] = built.lines();
  await how(stopped);

  const next = await pool.run(workflow('stopped.yml'), { env });

  expect(next.code, next.log).toBe(0);
  const job = next.job('stopped');
  expect(job.step('sdk').outputs.result).toBe('claimed');
  expect(job.step('tool').outputs.result).toBe('built');
  expect(job.step('use').log).toBe('sdk\nwhole\n');
  expect(built.lines()).toHaveLength(2);
  expect(published(pool.root)).toContain(built.lines()[1]);
  expect(processesOf(first)).toEqual([]);
  expect(litter(pool.root)).toEqual([]);
  return stopped;
}

workflowTest(
  'a run that is cancelled in the middle of a build: its actions are killed, and the next run takes over',
  async (engine) => {
    const stopped = await stop(engine, async ({ process, ended }) => {
      process.kill('SIGINT');
      await ended;
    });
    expect(stopped.job('stopped').step('tool').all).toContain('signal: killed');
    expect(stopped.job('stopped').step('sdk', 'Post').log).toContain('"sdk" was not published: its claim is released.');
  },
  { on: both },
);

workflowTest(
  'a runner that is killed in the middle of a build: the next run takes over',
  async (engine) => {
    await stop(engine, async ({ process, ended }) => {
      process.kill('SIGKILL');
      await ended;
    });
  },
  { on: both },
);

workflowTest(
  'a run that waits for the build of another run takes over when that runner is killed',
  async (engine) => {
    const pool = new Pool({}, engine);
    const built = ledger();
    const env = { LEDGER: built.file };
    const first = pool.start(workflow('stopped.yml'), { env, vars: { HANGS: 'yes' } });
    await first.said('It builds.');
    const second = pool.start(workflow('stopped.yml'), { env });
    await second.said('Waiting for octo/app, job stopped');

    first.process.kill('SIGKILL');
    await second.ended;

    expect(second.code, second.log).toBe(0);
    const job = second.job('stopped');
    expect(job.step('sdk').outputs.result).toBe('claimed');
    expect(Number(job.step('sdk').outputs['wait-seconds'])).toBeGreaterThan(0);
    expect(job.step('tool').outputs.result).toBe('built');
    expect(job.step('use').log).toBe('sdk\nwhole\n');
    expect(built.lines()).toHaveLength(2);
    expect(litter(pool.root)).toEqual([]);
  },
  { on: both },
);
