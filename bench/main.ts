import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../src/host/remove-tree.ts';
import { svgOf } from './chart.ts';
import { machineAt } from './machine.ts';
import { BadOption, helpFor, type Options, readOptions } from './options.ts';
import { captionOf, heading, section } from './report.ts';
import { type Findings, isMet, ratioOf, type Suite } from './suite.ts';
import { cancel } from './suites/cancel.ts';
import { carry } from './suites/carry.ts';
import { catalog } from './suites/catalog.ts';
import { claim } from './suites/claim.ts';
import { deletion } from './suites/deletion.ts';
import { fetch } from './suites/fetch.ts';
import { hit } from './suites/hit.ts';
import { lock } from './suites/lock.ts';
import { miss } from './suites/miss.ts';
import { pool } from './suites/pool.ts';
import { publish } from './suites/publish.ts';
import { queue } from './suites/queue.ts';
import { report } from './suites/report.ts';
import { slots } from './suites/slots.ts';
import { waiter } from './suites/waiter.ts';
import { wake } from './suites/wake.ts';

const suites: Readonly<Record<string, Suite>> = {
  hit,
  miss,
  publish,
  fetch,
  lock,
  wake,
  queue,
  waiter,
  slots,
  claim,
  cancel,
  deletion,
  catalog,
  report,
  carry,
  pool,
};

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args, Object.keys(suites));
    if (options === undefined) process.stdout.write(helpFor(Object.keys(suites)));
    else await measure(options);
    return 0;
  } catch (error) {
    if (!(error instanceof BadOption)) throw error;
    console.error(`${error.message}. See npm run bench -- --help`);
    return 2;
  }
}

async function measure({ suites: chosen, settings, quick, json, svg }: Options): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'build-once-bench-'));
  const machine = machineAt(dir);
  const found: Record<string, Findings> = {};
  process.stdout.write(heading(machine));
  if (quick)
    process.stdout.write(
      'Quick: it shows that the bench works. No figure below means anything, nor does a goal that is missed.\n',
    );
  try {
    for (const [name, suite] of Object.entries(suites)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      const own = join(dir, name);
      mkdirSync(own);
      const findings = await suite(own, settings);
      found[name] = findings;
      process.stdout.write(section(name, findings));
    }
    if (json !== undefined) writeFileSync(json, asJson(found, { machine, settings }));
    const { chart } = found.queue ?? {};
    if (svg !== undefined && chart !== undefined) writeFileSync(svg, svgOf(chart, captionOf(machine)));
  } finally {
    await removeTree(dir);
  }
}

function asJson(found: Readonly<Record<string, Findings>>, about: object): string {
  const suites = Object.entries(found).map(([name, { rows, notes }]) => {
    return { name, rows: rows.map((row) => ({ ...row, ratio: ratioOf(row), met: isMet(row) })), notes };
  });
  return `${JSON.stringify({ ...about, suites }, null, 2)}\n`;
}
