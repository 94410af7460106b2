import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '../harness/job/job.ts';

const BENCH = join(import.meta.dirname, '../../bench/main.ts');

interface Report {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly suites: readonly { name: string; rows: readonly Readonly<Record<string, unknown>>[] }[];
}

test('the bench prints a table for every suite, writes the figures as JSON, draws the queues and leaves nothing behind', () => {
  const [temp, made] = [tempDir(), tempDir()];
  const [file, svg] = [join(made, 'figures.json'), join(made, 'chart.svg')];
  const env = { ...process.env, TMPDIR: temp };
  const out = execFileSync(process.execPath, [BENCH, '--quick', '--json', file, '--svg', svg], {
    encoding: 'utf8',
    env,
  });
  const { machine, suites } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  expect(suites.map(({ name }) => name)).toEqual([
    'hit',
    'miss',
    'publish',
    'fetch',
    'lock',
    'wake',
    'queue',
    'waiter',
    'slots',
    'claim',
    'cancel',
    'deletion',
    'catalog',
    'report',
    'carry',
    'pool',
  ]);
  expect(out).toContain('\nQuick: it shows that the bench works. No figure below means anything');
  expect(out).toMatch(/^What +Ours +Peer +Ratio +Goal$/m);
  for (const name of ['plain', 'tool', 'add-path']) {
    expect(out).toMatch(
      new RegExp(`^A hit \\(${name}\\) loads .*: no network code, no lock library, no child process\\.$`, 'm'),
    );
  }
  for (const row of suites.flatMap(({ rows }) => rows)) {
    expect(out).toContain(row.what);
    expect(row).toEqual(expect.objectContaining({ ours: expect.any(Number) }));
  }
  for (const name of ['build-once', "proper-lockfile's retries", '1 s poll under the lock', process.version.slice(1)]) {
    expect(readFileSync(svg, 'utf8')).toContain(name);
  }
  expect(machine).toMatchObject({ node: process.version, cores: expect.any(Number), fileSystem: expect.any(String) });
  expect(readdirSync(temp)).toEqual([]);
});

test('a suite that does not exist is refused with the names of those that do', () => {
  const { status, stderr } = spawnSync(process.execPath, [BENCH, 'hits'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toBe(
    'There is no suite hits. There are: hit, miss, publish, fetch, lock, wake, queue, waiter, slots, claim, cancel, deletion, catalog, report, carry, pool. See npm run bench -- --help\n',
  );
});

test('a chart without the suite that it is drawn from is refused', () => {
  const { status, stderr } = spawnSync(process.execPath, [BENCH, 'hit', '--svg', 'x'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('--svg is the chart of the suite queue, which is not among the chosen ones.');
});
