import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { builders } from '../builders.ts';
import { median } from '../measure.ts';
import type { Built } from '../probes/builder.ts';
import type { Findings, Row, Settings } from '../suite.ts';

const SLOTS = 4;
const WORKERS = 16;
const BUILD_MS = 50;
const DEAF = join(import.meta.dirname, '../probes/deaf.ts');

/** Measures for how much of the time the slots are idle, although builds wait for them. */
export async function slots(dir: string, { builds }: Settings): Promise<Findings> {
  const ways = { 'with inotify': [], 'with no inotify left': ['--import', DEAF] };
  const rows: Row[] = [];
  for (const [name, nodeArgs] of Object.entries(ways)) {
    const root = join(dir, name.replaceAll(' ', '-'));
    mkdirSync(root);
    const run = `sleep ${BUILD_MS / 1000}`;
    const made = await builders({ root, workers: WORKERS, builds, slots: SLOTS, run, nodeArgs });
    rows.push({
      what: `${SLOTS} slots, ${builds} builds of ${BUILD_MS} ms, ${name}: idle`,
      ours: 100 * (1 - busyShare(made)),
      unit: '%',
      goal: { of: 'ours', atMost: 30 },
    });
    rows.push({ ...longestWait(made), what: `the longest wait for a slot, over the middle one, ${name}` });
  }
  return { rows, notes: [`${WORKERS} processes that build one after the other.`] };
}

/** The longest wait for a slot beside the median. Fairness is not promised. */
function longestWait(made: readonly Built[]): Omit<Row, 'what'> {
  const waits = made.map(({ waited }) => waited).filter((waited) => waited > 0);
  const peer = { name: 'the middle one', value: median(waits) };
  return { ours: Math.max(0, ...waits), unit: 'ms', peer };
}

/** The share of the time in which scripts run. A slot counts as idle before and after the script of its step. */
function busyShare(made: readonly Built[]): number {
  const first = Math.min(...made.map(({ began }) => began));
  const last = Math.max(...made.map(({ began, ran }) => began + ran));
  return made.reduce((sum, { ran }) => sum + ran, 0) / (SLOTS * (last - first));
}
