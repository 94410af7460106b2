import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { Entry } from '../../harness/job/entry.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { signal } from '../../harness/job/signal.ts';
import { allEnded, builderOf, startTogether, times } from '../../harness/job/together.ts';
import { builds as buildsBelow, litter, published } from '../../harness/storm/remains.ts';

type Inputs = Readonly<Record<string, string>>;

/** Something that is no folder of the cache: a file elsewhere on the host, as a container image would be. */
class Thing {
  readonly root = tempDir();
  readonly file = join(tempDir(), 'thing');
  readonly builds = ledger();
  readonly checks = ledger();
  readonly inputs: Inputs = {
    key: 'image',
    check: `${this.checks.note}\ntest -e '${this.file}'`,
    run: `${this.builds.note}\ntouch '${this.file}'`,
  };

  step(more: Inputs = {}) {
    return runJob({ root: this.root, inputs: { ...this.inputs, ...more } });
  }
}

function warningsOf({ log }: Job): string[] {
  return [...log.matchAll(/^::warning::(.*)$/gm)].map(([, text]) => text ?? '');
}

test('a thing that is no folder is made by run, and found by check from then on', async () => {
  const thing = new Thing();
  const built = await thing.step();
  expect(built.outputs.result, built.log).toBe('built');
  const next = await thing.step();
  expect(next.outputs).toMatchObject({ result: 'reused', 'cache-hit': 'true', path: built.outputs.path });
  expect(thing.builds.lines()).toHaveLength(1);
  expect(warningsOf(next)).toEqual([]);
});

test('a thing that is there before any manifest is recorded under the lock, and the step says reused', async () => {
  const thing = new Thing();
  writeFileSync(thing.file, '');
  const job = await thing.step();
  expect(job.outputs, job.log).toMatchObject({ result: 'reused', built: 'false', 'cache-hit': 'true' });
  expect(thing.builds.lines()).toEqual([]);
  expect(new Entry(thing.root).manifest).toMatchObject({ producer: 'check', files: 0 });
  expect(litter(thing.root)).toEqual([]);
  const next = await thing.step();
  expect(next.outputs).toMatchObject({ result: 'reused', path: job.outputs.path });
  // Who made it is not known, so nobody is told that the script has changed.
  expect(next.log).not.toContain('script');
});

test('without the lock a passing check is not enough: who only looks finds nothing', async () => {
  const thing = new Thing();
  writeFileSync(thing.file, '');
  for (const only of ['lookup-only', 'build']) {
    const job = await thing.step({ [only]: only === 'build' ? 'false' : 'true' });
    expect(job.outputs).toMatchObject({ result: 'missed', 'cache-hit': 'false' });
  }
  expect(published(thing.root)).toEqual([]);
});

test('a manifest with a failing check is built again', async () => {
  const thing = new Thing();
  const first = await thing.step();
  rmSync(thing.file);
  const again = await thing.step();
  expect(again.outputs.result, again.log).toBe('built');
  expect(again.outputs.path).not.toBe(first.outputs.path);
  expect(warningsOf(again)).toHaveLength(1);
  expect(warningsOf(again)[0]).toContain('its check says that it is not there (ended with exit code 1)');
  expect(existsSync(thing.file)).toBe(true);
  expect((await thing.step()).outputs).toMatchObject({ result: 'reused', path: again.outputs.path });
  expect(thing.builds.lines()).toHaveLength(2);
});

test('a check that fails after the build is a build failure: nothing is published, and waiters are told', async () => {
  const thing = new Thing();
  const { wait, open } = gate();
  const inputs = { ...thing.inputs, attempts: '1', run: `${thing.builds.note}\n${wait}` };
  const jobs = times(3, { root: thing.root, inputs }).map(startJob);
  const builder = await builderOf(jobs);
  open();
  expect(await allEnded(jobs)).toEqual(times(3, { code: 1, signal: null }));
  expect(thing.builds.lines()).toHaveLength(1);
  expect(builder.log).toContain('::error::The build of "image" succeeded, but its check ended with exit code 1.');
  const others = jobs.filter((job) => job !== builder);
  for (const job of others) expect(job.log).toMatch(/^::error::"image" failed to build once .* its check ended with/m);
  expect(buildsBelow(thing.root)).toEqual([]);
  expect(litter(thing.root)).toEqual([]);
});

test('8 jobs at once with check and run build once', async () => {
  const thing = new Thing();
  const jobs = await startTogether(times(8, { root: thing.root, inputs: thing.inputs }));
  expect(await allEnded(jobs)).toEqual(times(8, { code: 0, signal: null }));
  expect(thing.builds.lines()).toHaveLength(1);
  expect(jobs.filter((job) => job.outputs.result === 'built')).toHaveLength(1);
  expect(new Set(jobs.map((job) => job.outputs.path)).size).toBe(1);
});

test('8 jobs at once record a thing that is there once', async () => {
  const thing = new Thing();
  writeFileSync(thing.file, '');
  const jobs = await startTogether(times(8, { root: thing.root, inputs: thing.inputs }));
  expect(await allEnded(jobs)).toEqual(times(8, { code: 0, signal: null }));
  expect(thing.builds.lines()).toEqual([]);
  expect(jobs.filter((job) => job.outputs.built === 'true')).toEqual([]);
  expect(new Set(jobs.map((job) => job.outputs.path)).size).toBe(1);
  expect(litter(thing.root)).toEqual([]);
});

test('a cancelled step ends its check at once, and everything that the check started', async () => {
  const thing = new Thing();
  const checking = signal();
  const job = startJob({ root: thing.root, inputs: { ...thing.inputs, check: `${checking.give}\nsleep 600` } });
  await checking.given;
  const since = stopwatch();
  job.kill('SIGINT');
  expect(await job.ended).toEqual({ code: 130, signal: null });
  expect(since()).toBeLessThan(3 * 1000);
  expect(thing.builds.lines()).toEqual([]);
  expect(litter(thing.root)).toEqual([]);
});

test('the check sees the folder, the key and no inputs, in the shell and the folder of the step', async () => {
  const root = tempDir();
  const check = `test -d "$BUILD_ONCE_OUT" && test "$BUILD_ONCE_KEY" = image && ! env | grep -q '^INPUT_' && test -e here`;
  const inputs = { key: 'image', check, run: 'true', shell: 'bash', 'working-directory': 'sub' };
  const workspace = tempDir();
  mkdirSync(join(workspace, 'sub'));
  writeFileSync(join(workspace, 'sub/here'), '');
  const step = () => runJob({ root, inputs, env: { GITHUB_WORKSPACE: workspace } });
  // Passing before there is a manifest, and again with one.
  for (const _ of ['before', 'after']) expect((await step()).outputs.result).toBe('reused');
});
