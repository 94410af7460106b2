import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, pairRatio, time } from '../measure.ts';
import type { Carried } from '../probes/pack.ts';
import type { Findings, Row, Settings } from '../suite.ts';

const PROBE = join(import.meta.dirname, '../probes/pack.ts');

/** Measures packing and unpacking what is carried between hosts, beside `tar` and `zstd` on the same tree. */
export async function carry(dir: string, { files, fetches, fetchBytes }: Settings): Promise<Findings> {
  if (spawnSync('zstd', ['--version']).status !== 0) return { rows: [], notes: ['There is no zstd here.'] };
  const many = join(dir, 'many');
  const large = join(dir, 'large');
  makeMany(many, files);
  makeLarge(large, fetchBytes);
  return {
    rows: [
      ...pair(`of ${files} files`, many, { rounds: fetches, atMost: 2.5 }),
      ...pair(`of ${Math.round(fetchBytes / 1e6)} MB in one file`, large, { rounds: fetches, atMost: 1.7 }),
    ],
    notes: ['Ours includes the digest of the whole, and not the start of its process.'],
  };
}

function pair(what: string, tree: string, { rounds, atMost }: { rounds: number; atMost: number }): Row[] {
  const packing: [number[], number[]] = [[], []];
  const unpacking: [number[], number[]] = [[], []];
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [file, theirs] = [`${tree}.pack`, `${tree}.tar.zst`];
    const [out, other] = [`${tree}.out`, `${tree}.other`];
    for (const each of [file, theirs, out, other, `${out}.json`]) rmSync(each, { recursive: true, force: true });
    for (const each of [out, other]) mkdirSync(each);
    const packed = ours('pack', tree, file);
    packing[0].push(packed.ms);
    packing[1].push(time({ args: ['bash', '-c', `tar -C '${tree}' -c . | zstd -1 -T0 -q -o '${theirs}'`] }).wall);
    const unpacked = ours('unpack', out, file, packed.digest);
    unpacking[0].push(unpacked.ms);
    unpacking[1].push(time({ args: ['bash', '-c', `zstd -dc '${theirs}' | tar -x -C '${other}'`] }).wall);
    peaks.push(packed.peak, unpacked.peak);
  }
  return [
    row(`packing ${what}`, packing, 'tar | zstd -1 -T0', atMost),
    row(`unpacking ${what}`, unpacking, 'zstd | tar', atMost),
    { what: 'memory, at most', ours: Math.max(...peaks) / 1e6, unit: 'MB', goal: { of: 'ours', atMost: 250 } },
  ];
}

function ours(...args: readonly string[]): Carried {
  return JSON.parse(execFileSync(process.execPath, [PROBE, ...args], { encoding: 'utf8' })) as Carried;
}

function row(what: string, [ours, peers]: [number[], number[]], name: string, atMost: number): Row {
  const peer = { name, value: median(peers) };
  return { what, ours: median(ours), unit: 'ms', peer, ratio: pairRatio(ours, peers), goal: { of: 'ratio', atMost } };
}

/** Files with the sizes of most packages: some kB each. */
function makeMany(tree: string, files: number): void {
  for (let index = 0; index < files; index++) {
    const folder = join(tree, `package-${index % 500}`);
    if (index < 500) mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `${index}.js`),
      `export const value${index} = ${index};\n`.repeat(1 + ((index * 7) % 200)),
    );
  }
}

/** Half of it can be packed. */
function makeLarge(tree: string, bytes: number): void {
  mkdirSync(tree);
  const half = Math.ceil(bytes / 2);
  execFileSync('bash', [
    '-c',
    `{ head -c ${half} /dev/urandom; yes 'a line of text' | head -c ${half}; } > '${join(tree, 'large')}'`,
  ]);
}
