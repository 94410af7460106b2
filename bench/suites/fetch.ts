import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compare, inTurn, type Run, type Sample, time } from '../measure.ts';
import { Step } from '../step.ts';
import type { Findings, Row, Settings } from '../suite.ts';

const PROBES = join(import.meta.dirname, '../probes');
const WORDS = 4096;

/** Measures the fetch of a tar.gz with many files from loopback, beside curl and tar, and beside set-up actions. */
export async function fetch(dir: string, { files, fetches, fetchBytes }: Settings): Promise<Findings> {
  if (spawnSync('curl', ['--version']).status !== 0)
    return { rows: [], notes: ['Not measured: there is no curl here.'] };
  const archive = makeArchive(dir, files, fetchBytes);
  const server = spawn(process.execPath, [join(PROBES, 'serve.ts'), archive], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [url] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const { step, curl, tools } = inTurn(fetches, {
      step: (round) => stepInto(folder(dir, 'ours', round), url),
      curl: (round) => curlInto(folder(dir, 'curl', round), url),
      tools: (round) => toolsInto(folder(dir, 'tools', round), url),
    });
    return {
      rows: [
        row(`fetch of ${files} files`, step, curl, 'wall', 'curl | tar', 1.2),
        row('the same, CPU time', step, curl, 'cpu', 'curl | tar'),
        row('the same', step, tools, 'wall', 'downloadTool, extractTar, cacheDir', 0.6),
        row('the same, CPU time', step, tools, 'cpu', 'downloadTool, extractTar, cacheDir'),
        { what: 'its peak memory', ours: peakOf(dir, url) / 1e6, unit: 'MB', goal: { of: 'ours', atMost: 150 } },
      ],
      notes: [
        'Ours is the whole step: it also digests, checks every name, waits for the disk within its budget, and publishes. curl | tar only unpacks.',
      ],
    };
  } finally {
    server.kill();
  }
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

/** Makes an empty folder. Removes that of the round before, so that its data need not be written to the disk. */
function folder(dir: string, name: string, round: number): string {
  // `rmSync` takes seconds for so many files.
  spawnSync('rm', ['-rf', join(dir, `${name}-${round - 1}`)]);
  const own = join(dir, `${name}-${round}`);
  mkdirSync(own);
  return own;
}

function stepInto(dir: string, url: string): Run {
  return new Step(join(dir, 'cache'), 'fetch', { url, strip: '1' }).run();
}

function curlInto(dir: string, url: string): Run {
  const script = 'set -o pipefail; curl -fsSL "$0" | tar -xz --strip-components=1 -C "$1"';
  return { args: ['bash', '--norc', '-c', script, url, dir] };
}

function toolsInto(dir: string, url: string): Run {
  const env = { ...process.env, RUNNER_TOOL_CACHE: join(dir, 'tools'), RUNNER_TEMP: join(dir, 'temp') };
  return { args: [process.execPath, join(PROBES, 'tool-cache.ts'), url], env };
}

function peakOf(dir: string, url: string): number {
  const report = join(dir, 'peak');
  const step = new Step(join(dir, 'cache'), 'peak', { url, strip: '1' });
  const { args, env } = step.run(['--import', join(PROBES, 'peak.ts')]);
  time({ args, env: { ...env, BENCH_REPORT: report } });
  return Number(readFileSync(report, 'utf8'));
}

/** Makes an archive of files of equal size. Their text packs to some 40 %, as programs and libraries do. */
function makeArchive(dir: string, files: number, bytes: number): string {
  const words = Array.from({ length: WORDS }, (_, index) => `${(index * 2654435761) % 0xffffffff} `);
  const size = Math.ceil(bytes / files);
  for (let index = 0; index < files; index++) {
    const own = join(dir, 'tree/sdk', `${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(own, { recursive: true });
    writeFileSync(join(own, `${index}`), textOf(words, size));
  }
  const archive = join(dir, 'sdk.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', join(dir, 'tree'), 'sdk']);
  rmSync(join(dir, 'tree'), { recursive: true });
  return archive;
}

function textOf(words: readonly string[], size: number): string {
  let text = '';
  while (text.length < size) text += words[Math.floor(Math.random() * WORDS)];
  return text.slice(0, size);
}
