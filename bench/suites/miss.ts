import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, inTurn, type Run, type Sample, time } from '../measure.ts';
import type { Loaded } from '../probes/loaded.ts';
import { Step } from '../step.ts';
import type { Findings, Row, Settings } from '../suite.ts';

const PROBE = join(import.meta.dirname, '../probes/loaded.ts');

/** Measures a miss that builds `true`, which is all that we add to a build, beside two starts of Node and one of the shell. */
export async function miss(dir: string, { runs }: Settings): Promise<Findings> {
  const step = new Step(join(dir, 'cache'), 'miss', { run: 'true', 'allow-empty': 'true' });
  const script = join(dir, 'true.sh');
  writeFileSync(script, 'true\n');
  const nothing: Run = { ...step.run(), args: [process.execPath, '-e', '0'] };
  const { ours, least, shell } = inTurn(runs, {
    ours: (round) => step.run([], { key: `miss-${round}` }),
    least: () => nothing,
    shell: () => ({ ...nothing, args: ['bash', '-e', script] }),
  });
  const allowed = least.map((sample, index) => sum(sample, sample, shell[index]));
  return {
    rows: [
      row('a miss that builds `true`', ours, allowed, 'wall', '2 node -e 0 + bash', 1),
      row('the same', ours, least, 'wall', 'node -e 0'),
      row('the same, CPU time', ours, allowed, 'cpu', '2 node -e 0 + bash'),
      row('the same, CPU time', ours, least, 'cpu', 'node -e 0'),
    ],
    notes: phases(step.run(['--import', PROBE], { key: 'miss-phases' }), join(dir, 'loaded.json')),
  };
}

function sum(...samples: readonly (Sample | undefined)[]): Sample {
  const add = (kind: keyof Sample) => samples.reduce((total, sample) => total + (sample?.[kind] ?? Number.NaN), 0);
  return { wall: add('wall'), cpu: add('cpu') };
}

function row(
  what: string,
  ours: readonly Sample[],
  peers: readonly Sample[],
  kind: keyof Sample,
  name: string,
  atMost?: number,
): Row {
  const { peer: value, ...rest } = compare(kind, ours, peers);
  const goal = atMost === undefined ? undefined : ({ of: 'ratio', atMost } as const);
  return { what, unit: 'ms', ...rest, peer: { name, value }, goal };
}

/** The phases of a miss, told by the times at which chunks are loaded. The probe makes the process slower. */
function phases({ args, env }: Run, report: string): string[] {
  time({ args, env: { ...env, BENCH_REPORT: report } });
  const { chunks, builtins, exitMs } = JSON.parse(readFileSync(report, 'utf8')) as Loaded;
  const moments = [...chunks, ['exit', exitMs] as const];
  const line = moments.map(([name, atMs]) => `${name} ${atMs.toFixed(1)}`).join(', ');
  return [
    `Milliseconds after the start at which a miss, slowed by the probe, loads its chunks: ${line}.`,
    `Parts of Node it loads beyond its start: ${builtins.length}.`,
  ];
}
