import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildsIn, residue } from '../../harness/disks/shared.ts';
import { Call } from '../../harness/job/in-process.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { signal } from '../../harness/job/signal.ts';
import { allEnded, builderOf, startTogether, times } from '../../harness/job/together.ts';

const whole = 'mkdir "$BUILD_ONCE_OUT/bin"; echo "$BUILD_ONCE_TOKEN" > "$BUILD_ONCE_OUT/bin/tool"';

test('of 32 processes at once one builds, and each says truthfully which of the three it did', async () => {
  const root = tempDir();
  const builds = ledger();
  const jobs = await startTogether(times(32, { root, inputs: { key: 'sdk', run: `${builds.note}\n${whole}` } }));
  expect(await allEnded(jobs)).toEqual(times(32, { code: 0, signal: null }));
  expect(builds.lines()).toHaveLength(1);
  expect(new Set(jobs.map((job) => job.outputs.path))).toEqual(new Set(buildsIn(root)));
  const { built, waited = 0, reused = 0 } = tally(jobs);
  expect([built, waited + reused]).toEqual([1, 31]);
  for (const { outputs } of jobs) {
    expect(outputs).toMatchObject(truthOf(outputs.result));
    expect(existsSync(join(outputs.path ?? '', 'bin', 'tool'))).toBe(true);
  }
  expect(residue(root)).toEqual([]);
});

test('32 processes with 8 keys build 8 times, all 8 at the same time', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const run = `${builds.note}\n${wait}\n${whole}`;
  const keys = Array.from({ length: 32 }, (_, index) => `sdk-${index % 8}`);
  const jobs = await startTogether(keys.map((key) => ({ root, inputs: { key, run } })));
  const ofKey = (key: string) => jobs.filter((_, index) => keys[index] === key);
  // No build ends before the gate opens: when each key has a builder, eight builds run side by side.
  const builders = await Promise.all([...new Set(keys)].map((key) => builderOf(ofKey(key))));
  expect(builds.lines().length).toBeLessThanOrEqual(8);
  open();
  expect(await allEnded(jobs)).toEqual(times(32, { code: 0, signal: null }));
  expect(builds.lines()).toHaveLength(8);
  expect(jobs.filter((job) => job.outputs.result === 'built').sort(byName)).toEqual(builders.sort(byName));
  for (const key of keys) expect(new Set(ofKey(key).map((job) => job.outputs.path)).size).toBe(1);
  expect(tally(jobs)).toEqual({ built: 8, waited: 24 });
  expect(residue(root)).toEqual([]);
});

test('two calls inside one process build once', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const inputs = { key: 'sdk', run: `${builds.note}\n${wait}\n${whole}` };
  const calls = [new Call({ root, inputs }), new Call({ root, inputs })];
  const waiter = await Promise.race(calls.map((call) => call.said('Waiting for').then(() => call)));
  open();
  const [one, two] = await Promise.all(calls.map((call) => call.outcome));
  expect(builds.lines()).toHaveLength(1);
  expect(one?.path).toBe(two?.path);
  expect([one?.result, two?.result].sort()).toEqual(['built', 'waited']);
  expect((await waiter.outcome).result).toBe('waited');
  expect(residue(root)).toEqual([]);
});

test('two calls with two keys inside one process build side by side', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const calls = ['a', 'b'].map((key) => new Call({ root, inputs: { key, run: `${wait}\n${whole}` } }));
  await Promise.all(calls.map((call) => call.said('Building')));
  open();
  const outcomes = await Promise.all(calls.map((call) => call.outcome));
  expect(outcomes.map(({ result }) => result)).toEqual(['built', 'built']);
  expect(residue(root)).toEqual([]);
});

test('8 forced processes build once where nothing was there', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const run = `${builds.note}\n${wait}\n${whole}`;
  const jobs = await startTogether(times(8, { root, inputs: { key: 'sdk', run, force: 'true' } }));
  await builderOf(jobs);
  open();
  await allEnded(jobs);
  expect(builds.lines()).toHaveLength(1);
  expect(tally(jobs)).toEqual({ built: 1, waited: 7 });
});

test('8 forced processes replace a build once; the old one stays whole, and later jobs get the new one', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const old = await runJob({ root, inputs: { key: 'sdk', run: `${builds.note}\n${whole}` } });
  const run = `${builds.note}\n${wait}\n${whole}`;
  const forced = { root, inputs: { key: 'sdk', run, force: 'true', 'on-change': 'warn' } };
  const jobs = await startTogether(times(8, forced));
  await builderOf(jobs);
  // Until the new one is published, everybody else goes on with the old one.
  const between = await runJob({ root, inputs: { key: 'sdk', run } });
  expect(between.outputs).toMatchObject({ result: 'reused', path: old.outputs.path });
  open();
  expect(await allEnded(jobs)).toEqual(times(8, { code: 0, signal: null }));
  expect(builds.lines()).toHaveLength(2);
  expect(tally(jobs)).toEqual({ built: 1, waited: 7 });
  for (const { outputs } of jobs) expect(outputs).toMatchObject(truthOf(outputs.result));
  const [path] = new Set(jobs.map((job) => job.outputs.path));
  expect(jobs.map((job) => job.outputs.path)).toEqual(times(8, path));
  expect(path).not.toBe(old.outputs.path);
  expect(builds.lines()).toEqual([old.outputs.path, path].map(toolIn));
  const later = await runJob({ root, inputs: { key: 'sdk', run } });
  expect(later.outputs).toMatchObject({ result: 'reused', path });
  expect(residue(root)).toEqual([]);
});

test('the waiting lines of a forced build say what the last one took', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  await runJob({ root, inputs: { key: 'sdk', run: whole } });
  const jobs = times(2, { root, inputs: { key: 'sdk', run: wait, force: 'true' } }).map(startJob);
  const builder = await builderOf(jobs);
  open();
  await allEnded(jobs);
  const waiter = jobs.find((job) => job !== builder);
  expect(waiter?.log).toMatch(/Waiting for .* The last build of this key took [\d.]+ (?:ms|s)\./);
});

test('lookup-only finds an entry also at the moment when another build replaces it', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const checking = signal();
  await runJob({ root, inputs: { key: 'sdk', run: whole } });
  // It has looked, and its check holds it up while the entry changes under it.
  const check = `${checking.give}\n${wait}`;
  const looking = startJob({ root, inputs: { key: 'sdk', check, 'lookup-only': 'true' } });
  await checking.given;
  const forced = await runJob({ root, inputs: { key: 'sdk', run: whole, force: 'true' } });
  open();
  await looking.ended;
  expect(looking.outputs).toMatchObject({ result: 'reused', path: forced.outputs.path });
});

/** What the booleans and `cache-hit` have to be. */
function truthOf(result: string | undefined): Record<string, string> {
  const is = (word: string) => String(result === word);
  const hit = String(result === 'reused' || result === 'waited');
  return { reused: is('reused'), waited: is('waited'), built: is('built'), 'cache-hit': hit };
}

function tally(jobs: readonly Job[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outputs } of jobs) counts[outputs.result ?? ''] = (counts[outputs.result ?? ''] ?? 0) + 1;
  return counts;
}

function byName(a: Job, b: Job): number {
  return a.name.localeCompare(b.name);
}

function toolIn(path: string | undefined): string {
  return readFileSync(join(path ?? '', 'bin', 'tool'), 'utf8').trim();
}
