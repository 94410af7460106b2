import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildsIn, entryDirs, filesWith, residue } from '../../harness/disks/shared.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { signal } from '../../harness/job/signal.ts';
import { allEnded, builderOf, startTogether, times } from '../../harness/job/together.ts';

test('a failed build leaves nothing but its reason, the lock is free, a waiter builds', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  // The first of them fails.
  const run = `${builds.note}\ntouch "$BUILD_ONCE_OUT/part"\n${wait}\nif [ "$(wc -l < '${builds.file}')" = 1 ]; then exit 7; fi`;
  const jobs = times(4, { root, inputs: { key: 'sdk', run } }).map(startJob);
  const first = await builderOf(jobs);
  open();
  await allEnded(jobs);
  expect(await first.ended).toEqual({ code: 7, signal: null });
  expect(first.log).toContain('::error::The build of "sdk" failed with exit code 7.');
  const others = jobs.filter((job) => job !== first);
  expect(await allEnded(others)).toEqual(times(3, { code: 0, signal: null }));
  expect(others.map((job) => job.outputs.result).sort()).toEqual(['built', 'waited', 'waited']);
  const second = others.find((job) => job.outputs.result === 'built');
  expect(Number(second?.outputs['wait-seconds'])).toBeGreaterThan(0);
  expect(builds.lines()).toHaveLength(2);
  expect(buildsIn(root)).toEqual([second?.outputs.path]);
  expect(residue(root)).toEqual([]);
});

test('a failed build that nobody waits for leaves nothing but its reason', async () => {
  const root = tempDir();
  const job = await runJob({ root, inputs: { key: 'sdk', run: 'mkdir -p "$BUILD_ONCE_OUT/a/b"; exit 3' } });
  expect(job.end.code).toBe(3);
  const [dir = ''] = entryDirs(root);
  expect(readdirSync(dir).sort()).toEqual(['failures', 'holders', 'published', 'readers', 'tmp']);
  expect(readdirSync(join(dir, 'failures'))).toHaveLength(1);
  for (const name of ['holders', 'published', 'readers', 'tmp']) expect(readdirSync(join(dir, name))).toEqual([]);
});

test('of 10 jobs at once two try a build that always fails, and all 10 fail naming exit code and link', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const inputs = { key: 'sdk', attempts: '2', run: `${builds.note}\n${wait}\nexit 7` };
  const runs = Array.from({ length: 10 }, (_, index) => ({ root, inputs, env: { GITHUB_RUN_ID: `${100 + index}` } }));
  const jobs = await startTogether(runs);
  await builderOf(jobs);
  open();
  await allEnded(jobs);
  expect(builds.lines()).toHaveLength(2);
  // Who built ends with the script's exit code, and its own log tells why.
  const builders = jobs.filter((job) => job.log.includes('::group::'));
  expect(await allEnded(builders)).toEqual(times(2, { code: 7, signal: null }));
  for (const job of builders) {
    expect(job.log).toContain('::error::The build of "sdk" failed with exit code 7.\n');
  }
  const others = jobs.filter((job) => !builders.includes(job));
  expect(await allEnded(others)).toEqual(times(8, { code: 1, signal: null }));
  const links = builders.map((job) => `https://github.example/octo/tools/actions/runs/${100 + jobs.indexOf(job)}/`);
  for (const job of others) {
    const error = errorOf(job);
    expect(error).toContain('"sdk" failed to build 2 times');
    expect(error).toContain('exit code 7');
    expect(links.filter((link) => error.includes(link))).toHaveLength(1);
  }
  for (const job of jobs) expect(job.summary).toContain('exit code 7');
  // One that comes later starts afresh.
  const later = await runJob({ root, inputs });
  expect(later.end.code).toBe(7);
  expect(builds.lines()).toHaveLength(3);
  expect(residue(root)).toEqual([]);
});

test('with attempts: 1 those who wait do not try again, with attempts: 3 two of them do', async () => {
  for (const attempts of [1, 3]) {
    const root = tempDir();
    const builds = ledger();
    const { wait, open } = gate();
    const inputs = { key: 'sdk', attempts: `${attempts}`, run: `${builds.note}\n${wait}\nexit 7` };
    const jobs = times(6, { root, inputs }).map(startJob);
    await builderOf(jobs);
    open();
    const codes = (await allEnded(jobs)).map(({ code }) => code);
    expect(builds.lines()).toHaveLength(attempts);
    expect(codes.filter((code) => code === 7)).toHaveLength(attempts);
    expect(codes.filter((code) => code === 1)).toHaveLength(6 - attempts);
  }
});

test('outputs of failed steps say what is known', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const run = `echo 'llvm 18.1.8' > "$BUILD_ONCE_IDENTITY"\n${wait}\nexit 7`;
  const jobs = times(2, { root, inputs: { key: 'sdk', attempts: '1', run } }).map(startJob);
  const builder = await builderOf(jobs);
  open();
  await allEnded(jobs);
  const waiter = jobs.find((job) => job !== builder);
  const failed = {
    key: 'sdk',
    result: '',
    'cache-hit': '',
    path: '',
    reused: 'false',
    waited: 'false',
    built: 'false',
  };
  expect(builder.outputs).toMatchObject({ ...failed, 'wait-seconds': '0' });
  expect(Number(builder.outputs['build-seconds'])).toBeGreaterThan(0);
  expect(waiter?.outputs).toMatchObject({ ...failed, 'build-seconds': '' });
  expect(Number(waiter?.outputs['wait-seconds'])).toBeGreaterThan(0);
});

test('build-timeout ends a hung build as a failure, which those who wait are told', async () => {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const checking = signal();
  // Its check, which runs under the lock, holds the builder up until the others wait: then the time limit begins.
  const check = `${checking.give}\n${wait}\nexit 1`;
  const run = `${builds.note}\nsleep 600`;
  const start = () => startJob({ root, inputs: { key: 'sdk', check, run, 'build-timeout': '500ms', attempts: '1' } });
  const builder = start();
  await checking.given;
  const others = [start(), start()];
  await Promise.all(others.map((job) => job.said('Waiting for')));
  open();
  const jobs = [builder, ...others];
  expect(await allEnded(jobs)).toEqual(times(3, { code: 1, signal: null }));
  expect(builds.lines()).toHaveLength(1);
  expect(errorOf(builder)).toMatch(/^The build of "sdk" took longer than build-timeout \(500 ms\)/);
  for (const job of others) {
    expect(errorOf(job)).toMatch(
      /failed to build once .* took longer than build-timeout \(500 ms\) and was ended, by octo\/tools/,
    );
  }
  expect(residue(root)).toEqual([]);
  const next = await runJob({ root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' } });
  expect(next.outputs.result).toBe('built');
});

test('no line of a build and nothing of its environment reaches another job or the shared cache', async () => {
  const root = tempDir();
  const secret = 'hunter2-hunter2';
  for (const outcome of ['exit 9', 'exit 0']) {
    const { wait, open } = gate();
    const run = `echo "said $TOKEN"\necho "on stderr $TOKEN" >&2\n${wait}\n${outcome}`;
    const start = (TOKEN: string) => startJob({ root, inputs: { key: outcome, attempts: '1', run }, env: { TOKEN } });
    const builder = start(secret);
    await builder.said(`on stderr ${secret}`);
    const others = times(3, 'other').map(start);
    await Promise.all(others.map((job) => job.said('Waiting for')));
    open();
    await allEnded([builder, ...others]);
    expect(builder.log).toContain(`said ${secret}`);
    for (const job of others) {
      expect(job.log + job.summary + JSON.stringify(job.outputs)).not.toMatch(/hunter2|said|on stderr/);
    }
  }
  expect(entryDirs(root)).toHaveLength(2);
  for (const text of [secret, 'on stderr', 'said']) expect(filesWith(root, text)).toEqual([]);
});

test('50 failed builds do not wedge a key', async () => {
  const root = tempDir();
  const builds = ledger();
  const inputs = { key: 'sdk', attempts: '100', run: `${builds.note}\nexit 1` };
  for (let wave = 0; wave < 5; wave++) {
    const jobs = times(10, { root, inputs }).map(startJob);
    await allEnded(jobs);
    expect(jobs.map(errorOf)).toEqual(times(10, 'The build of "sdk" failed with exit code 1.'));
  }
  expect(builds.lines()).toHaveLength(50);
  expect(residue(root)).toEqual([]);
  const next = await runJob({ root, inputs: { key: 'sdk', run: 'true', 'allow-empty': 'true' } });
  expect(next.outputs.result).toBe('built');
  expect(existsSync(next.outputs.path ?? '')).toBe(true);
  // Sixty processes: on a starved machine that takes longer than other tests.
}, 180_000);

/** The annotation that a step failed with. */
function errorOf({ log }: Job): string {
  return /^::error::(.*)$/m.exec(log)?.[1] ?? '';
}
