import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aDay, writeEvents } from '../../test/harness/journal.ts';
import { median, time } from '../measure.ts';
import type { Findings, Settings } from '../suite.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const PEAK = join(import.meta.dirname, '../probes/peak.ts');
const ROUNDS = 3;
const DAYS = 30;

/** Measures a report over a journal of many events: a month of a pool. */
export async function report(dir: string, { events }: Settings): Promise<Findings> {
  writeJournal(dir, events);
  const peak = join(dir, 'peak');
  const args = [process.execPath, '--import', PEAK, CLI, 'report', '--root', dir] as const;
  const runs = Array.from({ length: ROUNDS }, () => {
    const { wall } = time({ args, env: { ...process.env, BENCH_REPORT: peak } });
    return { wall, bytes: Number(readFileSync(peak, 'utf8')) };
  });
  return {
    rows: [
      {
        what: `report over ${events} events`,
        ours: median(runs.map(({ wall }) => wall)),
        unit: 'ms',
        goal: { of: 'ours', atMost: 3000 },
      },
      {
        what: 'memory of it, at most',
        ours: Math.max(...runs.map(({ bytes }) => bytes)) / 1e6,
        unit: 'MB',
        goal: { of: 'ours', atMost: 200 },
      },
    ],
    notes: [],
  };
}

function writeJournal(root: string, events: number): void {
  const today = Date.now();
  for (let day = 0; day < DAYS; day++) {
    const count = Math.floor((events * (day + 1)) / DAYS) - Math.floor((events * day) / DAYS);
    writeEvents(aDay(root, today - day * 86_400_000, count));
  }
}
