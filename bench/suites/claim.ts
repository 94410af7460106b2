import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median, pairRatio } from '../measure.ts';
import { Step } from '../step.ts';
import type { Findings, Row, Settings } from '../suite.ts';

const JOB = join(import.meta.dirname, '../probes/job.sh');
const GUARD = join(import.meta.dirname, '../../dist/guard');

/** Milliseconds of the steps of one job. */
type Took = Readonly<Record<'nothing' | 'claimed' | 'published' | 'reused' | 'post', number>>;

/** Measures `claim` and `publish` beside an empty Node process, and the start of a keeper. */
export async function claim(dir: string, { runs }: Settings): Promise<Findings> {
  const step = new Step(join(dir, 'cache'), 'claim', {});
  // The first job fills the caches and is not counted.
  const jobs = Array.from({ length: runs + 1 }, (_, round) => job(step, `claim-${round}`)).slice(1);
  const keepers = jobs.map(({ claimed, reused }) => claimed - reused);
  return {
    rows: [
      { what: 'the start of a keeper', ours: median(keepers), unit: 'ms', goal: { of: 'ours', atMost: 150 } },
      row('claim, which claims', 'claimed', jobs),
      row('claim, which reuses', 'reused', jobs),
      row('publish', 'published', jobs),
      row('the post of claim, after publish', 'post', jobs),
    ],
    notes: [
      'The start of a keeper: what a claim that claims takes longer than one that reuses, job by job.',
      'What was published is an empty folder: what a larger one adds is in the suite publish.',
    ],
  };
}

function row(what: string, name: keyof Took, jobs: readonly Took[]): Row {
  const [ours, least] = [jobs.map((each) => each[name]), jobs.map((each) => each.nothing)];
  const peer = { name: 'node -e 0', value: median(least) };
  return { what, ours: median(ours), unit: 'ms', peer, ratio: pairRatio(ours, least) };
}

function job(step: Step, key: string): Took {
  const { env } = step.run([], { key, 'job-status': 'success' });
  const args = ['--norc', JOB, process.execPath, GUARD];
  const { status, stdout, stderr } = spawnSync('bash', args, { env: { ...env, LC_ALL: 'C' }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the job of a claim ended with ${status}: ${stderr}`);
  const lines = stdout.trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, ms]) => [name, Number(ms)])) as Took;
}
