import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeManyKeys } from '../many-keys.ts';
import { median, type Run, time } from '../measure.ts';
import type { Findings, Row, Settings } from '../suite.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const PEAK = join(import.meta.dirname, '../probes/peak.ts');
const ROUNDS = 5;
const LEASES = 2;

/** Measures how long `list`, and what `prune` would do, take on a cache of many keys, and how much memory. */
export async function catalog(dir: string, { keys }: Settings): Promise<Findings> {
  const root = join(dir, 'cache');
  mkdirSync(root);
  makeManyKeys(root, keys, LEASES);
  return {
    rows: [
      ...rows(dir, `list of ${keys} keys`, ['list', '--root', root], 2000),
      ...rows(dir, `plan of a prune of ${keys} keys`, ['prune', '--dry-run', '--max-age', '1h', '--root', root], 3000),
    ],
    notes: [`The middle of ${ROUNDS} runs. Each key has a build and ${LEASES} leases of jobs that are over.`],
  };
}

function rows(dir: string, what: string, args: readonly string[], atMostMs: number): Row[] {
  const report = join(dir, 'peak');
  const run: Run = {
    args: [process.execPath, '--import', PEAK, CLI, ...args],
    env: { ...process.env, BENCH_REPORT: report },
  };
  const runs = Array.from({ length: ROUNDS }, () => ({ ...time(run), peak: Number(readFileSync(report, 'utf8')) }));
  const ms = median(runs.map(({ wall }) => wall));
  const cpu = median(runs.map((sample) => sample.cpu));
  const peak = Math.max(...runs.map((sample) => sample.peak)) / 1e6;
  return [
    { what, ours: ms, unit: 'ms', goal: { of: 'ours', atMost: atMostMs } },
    { what: 'the same, CPU time', ours: cpu, unit: 'ms' },
    { what: 'the same, memory at its peak', ours: peak, unit: 'MB', goal: { of: 'ours', atMost: 200 } },
  ];
}
