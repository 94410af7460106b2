import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, inTurn, type Run, type Sample, time } from '../measure.ts';
import type { Loaded } from '../probes/loaded.ts';
import { Step } from '../step.ts';
import type { Findings, Row, Settings } from '../suite.ts';

const PROBE = join(import.meta.dirname, '../probes/loaded.ts');
const BUILD = { run: 'mkdir "$BUILD_ONCE_OUT/bin"; echo hello > "$BUILD_ONCE_OUT/bin/tool"' };
const KEY = { key: 'llvm-18.1.8', ...BUILD };
const TOOL = { key: 'tool-1.2.3', tool: 'tool', version: '1.2.3', ...BUILD };

/** Measures the reuse of a present entry: the whole process, beside an empty Node process. */
export async function hit(dir: string, { runs }: Settings): Promise<Findings> {
  const step = new Step(join(dir, 'cache'), 'hit', {});
  const hits = { plain: KEY, tool: TOOL, 'add-path': { ...KEY, 'add-path': 'bin' } };
  for (const inputs of [KEY, TOOL]) time(step.run([], inputs));
  const empty = join(dir, 'empty.mjs');
  writeFileSync(empty, '');
  const nothing: Run = { ...step.run(), args: [process.execPath, '-e', '0'] };
  const samples = inTurn(runs, {
    nothing: () => nothing,
    module: () => ({ ...nothing, args: [process.execPath, empty] }),
    plain: () => step.run([], hits.plain),
    tool: () => step.run([], hits.tool),
    path: () => step.run([], hits['add-path']),
  });
  const { nothing: least } = samples;
  return {
    rows: [
      row('a hit', samples.plain, least, 1.5),
      row('a hit with `tool`', samples.tool, least),
      row('a hit with `add-path`', samples.path, least),
      row('an empty ES module', samples.module, least),
      row('a hit, CPU time', samples.plain, least, undefined, 'cpu'),
      row('an empty ES module, CPU time', samples.module, least, undefined, 'cpu'),
      ...systemCalls(step.run([], hits.plain), nothing),
    ],
    notes: Object.entries(hits).map(([name, inputs]) => {
      return loads(name, step.run(['--import', PROBE], inputs), join(dir, `${name}.json`));
    }),
  };
}

function row(
  what: string,
  ours: readonly Sample[],
  peers: readonly Sample[],
  atMost?: number,
  kind: keyof Sample = 'wall',
): Row {
  const { peer, ...rest } = compare(kind, ours, peers);
  const goal = atMost === undefined ? undefined : ({ of: 'ratio', atMost } as const);
  return { what, unit: 'ms', ...rest, peer: { name: 'node -e 0', value: peer }, goal };
}

/** Counts system calls with strace, if it is installed. */
function systemCalls(ours: Run, nothing: Run): Row[] {
  const [mine, least] = [count(ours), count(nothing)];
  if (mine === undefined || least === undefined) return [];
  return [{ what: 'system calls of a hit', ours: mine, unit: '', peer: { name: 'node -e 0', value: least } }];
}

function count({ args, env }: Run): number | undefined {
  const { stderr } = spawnSync('strace', ['-c', '-f', '-qq', ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // The columns: share, seconds, microseconds a call, calls, errors, name.
  const total = /^\s*100\.00(?:\s+[\d.]+){2}\s+(\d+)(?:\s+\d+)?\s+total$/m.exec(stderr ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

const UNWANTED = /^(?:net|tls|https?|http2|dns|dgram|child_process|internal\/child_process|_http_\w+|undici)$/;

/** Which chunks a hit reads, and whether it loads code that only a miss needs. */
function loads(name: string, { args, env }: Run, report: string): string {
  time({ args, env: { ...env, BENCH_REPORT: report } });
  const { chunks, builtins, lockLibrary } = JSON.parse(readFileSync(report, 'utf8')) as Loaded;
  const files = chunks.map(([file]) => file);
  const parts = builtins.filter((part) => !part.startsWith('internal/'));
  const unwanted = [...builtins.filter((part) => UNWANTED.test(part)), ...(lockLibrary ? ['the lock library'] : [])];
  const verdict =
    unwanted.length === 0 ? 'no network code, no lock library, no child process' : `MISSED: ${unwanted.join(', ')}`;
  return `A hit (${name}) loads ${files.join(', ')}, and of Node beyond its start ${parts.join(', ') || 'nothing'}: ${verdict}.`;
}
