import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { entryPaths } from '../../../src/store/layout.ts';
import { ledger, runJob, tempDir } from '../../harness/job/job.ts';
import type { Published, Race, Seen } from '../../harness/storm/racer.ts';
import { published } from '../../harness/storm/remains.ts';

const RACER = join(import.meta.dirname, '../../harness/storm/racer.ts');

test('200 racing publishes without any lock: whoever looks is handed whole builds only, and they stay whole', async () => {
  const { publishers, readers, race } = await run({ publishers: 8, readers: 3, robbers: 0 });
  expect(readers.flatMap(({ wrong }) => wrong)).toEqual([]);
  expectTruth(publishers, readers, race);
  const all = publishers.flatMap((each) => each.published);
  expect(all.length + sum(publishers.map(({ lost }) => lost))).toBe(200);
  // Without robbers every entry has a first one, and most of them are replaced.
  expect(all.length).toBeGreaterThan(race.ids.length);
});

test('so it is when those at work are taken for dead, robbed of their right and swept', async () => {
  const { publishers, readers, robbers, race } = await run({ publishers: 8, readers: 2, robbers: 2 });
  expect(readers.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(sum(robbers.map(({ swept }) => swept))).toBeGreaterThan(0);
  expectTruth(publishers, readers, race);
});

/** `python3 -m venv` writes the path it is made at into its scripts. */
const canVenv = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;
const needsVenv = canVenv ? '' : ' (skipped: python3-venv is not installed)';

test.skipIf(!canVenv)(
  `a Python venv, which has its own path in its scripts, works for the next job, and elsewhere is built again${needsVenv}`,
  async () => {
    const [root, elsewhere] = [tempDir(), tempDir()];
    const builds = ledger();
    const run = `${builds.note}\npython3 -m venv "$BUILD_ONCE_OUT"\ncp "$BUILD_ONCE_OUT/bin/pip" "$BUILD_ONCE_OUT/bin/tool"`;
    const inputs = { key: 'venv', run };
    const built = await runJob({ root, inputs });
    expect(built.outputs.result, built.log).toBe('built');
    const next = await runJob({ root, inputs });
    expect(next.outputs).toMatchObject({ result: 'reused', path: built.outputs.path });
    expect(pipOf(next.outputs.path)).toContain(`from ${built.outputs.path}/`);

    // The same cache, mounted at another path.
    cpSync(root, elsewhere, { recursive: true, verbatimSymlinks: true });
    rmSync(root, { recursive: true });
    const there = await runJob({ root: elsewhere, inputs });
    expect(there.outputs.result).toBe('built');
    expect(pipOf(there.outputs.path)).toContain(`from ${there.outputs.path}/`);
    expect(builds.lines()).toHaveLength(2);
    // What would have been reused there is indeed broken.
    expect(() => pipOf(built.outputs.path?.replace(root, elsewhere))).toThrow(/ENOENT/);
  },
);

test('with relocatable: true a cache that is mounted elsewhere is reused there', async () => {
  const [root, elsewhere] = [tempDir(), tempDir()];
  const inputs = { key: 'data', relocatable: 'true', run: 'echo 42 > "$BUILD_ONCE_OUT/data"' };
  const built = await runJob({ root, inputs });
  cpSync(root, elsewhere, { recursive: true });
  const there = await runJob({ root: elsewhere, inputs });
  const path = built.outputs.path?.replace(root, elsewhere);
  expect(there.outputs).toMatchObject({ result: 'reused', path });
  expect(readFileSync(join(path ?? '', 'data'), 'utf8')).toBe('42\n');
});

/** What the venv's own script, started through the path in its first line, says about itself. */
function pipOf(venv = ''): string {
  return execFileSync(join(venv, 'bin/tool'), ['--version'], { encoding: 'utf8' });
}

/** Who was told that its build is published really published, and readers were handed nothing else. */
function expectTruth(publishers: readonly Published[], readers: readonly Seen[], { root, ids }: Race): void {
  const all = publishers.flatMap((each) => each.published);
  const paths = all.map(({ id, token }) => join(entryPaths(root, id).dir, token));
  expect(paths).toEqual(expect.arrayContaining(readers.flatMap((reader) => reader.paths)));
  expect(all.map(({ token }) => token)).toEqual(expect.arrayContaining(published(root)));
  expect(published(root)).toHaveLength(ids.length);
  // They did look while others published: between two builds of one entry, not only at the end.
  expect(sum(readers.map((reader) => reader.paths.length))).toBeGreaterThan(ids.length);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

interface Field {
  readonly publishers: number;
  readonly readers: number;
  readonly robbers: number;
}

async function run(field: Field) {
  const dir = tempDir();
  const ids = Array.from({ length: 200 / field.publishers }, (_, index) => `entry-${index}`);
  const race: Race = { root: dir, ids, files: 20, over: join(dir, 'over') };
  const [publishers, readers, robbers] = [
    racers<Published>('publisher', field.publishers, race),
    racers<Seen>('reader', field.readers, race),
    racers<{ swept: number }>('robber', field.robbers, race),
  ];
  const all = [...publishers, ...readers, ...robbers];
  await Promise.all(all.map(({ ready }) => ready));
  for (const { go } of all) go();
  const said = await Promise.all(publishers.map(({ ended }) => ended));
  writeFileSync(race.over, '');
  return {
    race,
    publishers: said,
    readers: await Promise.all(readers.map(({ ended }) => ended)),
    robbers: await Promise.all(robbers.map(({ ended }) => ended)),
  };
}

function racers<T>(role: string, count: number, race: Race) {
  return Array.from({ length: count }, (_, index) => racer<T>(role, race, index));
}

function racer<T>(role: string, race: Race, index: number) {
  const args = [RACER, role, JSON.stringify(race), `${index}`];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.startsWith('Ready.\n')) resolve();
    });
  });
  const ended = once(child, 'close').then(() => JSON.parse(text.slice('Ready.\n'.length)) as T);
  return { ready, ended, go: () => child.stdin.end('go\n') };
}
