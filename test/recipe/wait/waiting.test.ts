import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Reporter } from '../../../src/base/reporter.ts';
import { WaitLog } from '../../../src/recipe/wait/wait-log.ts';
import { pathsBelow, residue } from '../../harness/disks/shared.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../../harness/job/job.ts';

const whole = 'touch "$BUILD_ONCE_OUT/tool"';

test('a waiting step says who builds: repository, job, link, runner and host, since when', async () => {
  const { root, builder, open } = await aBuilder({
    GITHUB_RUN_ID: '99',
    RUNNER_NAME: 'big-one',
    GITHUB_JOB: 'compile',
  });
  const waiter = startJob({ root, inputs: { key: 'sdk', run: whole }, env: { GITHUB_REPOSITORY: 'octo/tools' } });
  await waiter.said('Waiting for');
  open();
  await Promise.all([builder.ended, waiter.ended]);
  const lines = waiter.log.split('\n').filter((line) => line.startsWith('Waiting'));
  expect(lines).toHaveLength(1);
  const who = `octo/tools, job compile on big-one (${hostname()})`;
  const link = 'https://github.example/octo/tools/actions/runs/99/attempts/1';
  expect(lines[0]).toContain(`Waiting for ${who}, ${link} (started `);
  expect(lines[0]).toMatch(/\(started \d[^,]* ago\), which builds "sdk"/);
});

test('wait-timeout: 0 does not wait, and says for whom it would have', async () => {
  const { root, builder, open, builds } = await aBuilder({ GITHUB_JOB: 'compile' });
  const job = await runJob({ root, inputs: { key: 'sdk', run: builds.note, 'wait-timeout': '0' } });
  expect(job.end.code).toBe(1);
  expect(errorOf(job)).toMatch(/^"sdk" was not there, and `wait-timeout: 0` does not wait for .*job compile/);
  expect(job.log).not.toContain('Waiting for');
  expect(job.outputs).toMatchObject({ result: '', key: 'sdk', 'cache-hit': '' });
  open();
  expect((await builder.ended).code).toBe(0);
  expect(builds.lines()).toHaveLength(1);
});

test('a step that never builds is not told to build for itself', async () => {
  const { root, builder, open, builds } = await aBuilder();
  const asker = { key: 'sdk', 'wait-timeout': '1ms' };
  const willing = await runJob({ root, inputs: { ...asker, run: builds.note } });
  const looks = await runJob({ root, inputs: { ...asker, build: 'false' } });
  expect(errorOf(willing)).toContain(
    'with `wait-timeout`, or let this job build for itself with `on-timeout: build`. ',
  );
  expect(errorOf(looks)).toContain('Give it longer with `wait-timeout`. The lock is ');
  open();
  await builder.ended;
});

test('who builds now is told with the time that the step has waited, not as if all of it were for that one', () => {
  const lines: string[] = [];
  const reporter = { info: (line: string) => lines.push(line) } as unknown as Reporter;
  const log = new WaitLog(reporter);
  const note = (whom: string, waitedMs: number) => log.note(whom, waitedMs, (waiting) => `${waiting} for ${whom}.`);
  for (const waitedMs of [0, 500, 30_000]) note('one', waitedMs);
  note('another', 31_000);
  note('another', 60_000);
  expect(lines).toEqual([
    'Waiting for one.',
    'Still waiting (30 s) for one.',
    'Now waiting (31 s so far) for another.',
    'Still waiting (1 m) for another.',
  ]);
});

test('wait-timeout: 0 with on-timeout: build builds at once, for itself alone', async () => {
  const { root, builder, open } = await aBuilder();
  const before = pathsBelow(root);
  const inputs = { key: 'sdk', run: `echo mine > "$BUILD_ONCE_OUT/tool"`, 'wait-timeout': '0', 'on-timeout': 'build' };
  const job = await runJob({ root, inputs });
  expect(job.end.code).toBe(0);
  expect(job.outputs).toMatchObject({ result: 'private', 'cache-hit': 'false', built: 'false', waited: 'false' });
  expect(job.outputs.path?.startsWith(join(job.temp, ''))).toBe(true);
  expect(existsSync(join(job.outputs.path ?? '', 'tool'))).toBe(true);
  expect(pathsBelow(root)).toEqual(before);
  open();
  await builder.ended;
  expect(builder.outputs).toMatchObject({ result: 'built' });
  expect(builder.outputs.path).not.toBe(job.outputs.path);
});

test('wait-timeout: none waits for as long as it takes', async () => {
  const { root, builder, open } = await aBuilder();
  const job = startJob({ root, inputs: { key: 'sdk', run: whole, 'wait-timeout': 'none' } });
  await job.said('Waiting for');
  open();
  await Promise.all([builder.ended, job.ended]);
  expect(job.outputs).toMatchObject({ result: 'waited', path: builder.outputs.path });
});

test('what a private build takes is not counted as waiting', async () => {
  const { root, open } = await aBuilder();
  const { wait, open: finish } = gate();
  const inputs = { key: 'sdk', run: wait, 'wait-timeout': '0', 'on-timeout': 'build' };
  const job = startJob({ root, inputs });
  await job.said('::group::');
  // The build goes on while three other jobs come and go.
  for (let count = 0; count < 3; count++) await runJob({ root, inputs: { key: 'sdk', 'lookup-only': 'true' } });
  finish();
  await job.ended;
  open();
  expect(Number(job.outputs['wait-seconds'])).toBeLessThan(Number(job.outputs['build-seconds']) / 2);
});

test('build: false waits for a builder and takes what it built', async () => {
  const { root, builder, open, builds } = await aBuilder();
  const job = startJob({ root, inputs: { key: 'sdk', build: 'false' } });
  await job.said('Waiting for');
  open();
  await Promise.all([builder.ended, job.ended]);
  expect(job.outputs).toMatchObject({ result: 'waited', 'cache-hit': 'true', path: builder.outputs.path });
  expect(builds.lines()).toHaveLength(1);
});

test('build: false where nobody builds has missed, and leaves nothing', async () => {
  const root = tempDir();
  const job = await runJob({ root, inputs: { key: 'sdk', build: 'false' } });
  expect(job.end.code).toBe(0);
  expect(job.outputs).toMatchObject({ result: 'missed', 'cache-hit': 'false', path: '', built: 'false' });
  expect(pathsBelow(root).filter((name) => name !== 'build-once' && name !== join('build-once', 'v1'))).toEqual([]);
});

test('build: false goes on waiting where another job takes the place of one that failed', async () => {
  const root = tempDir();
  const [first, second] = [gate(), gate()];
  const failing = startJob({ root, inputs: { key: 'sdk', run: `${first.wait}\nexit 1` } });
  await failing.said('::group::');
  const next = startJob({ root, inputs: { key: 'sdk', run: `${second.wait}\n${whole}` } });
  const job = startJob({ root, inputs: { key: 'sdk', build: 'false' } });
  await Promise.all([next.said('Waiting for'), job.said('Waiting for')]);
  first.open();
  await next.said('::group::');
  second.open();
  expect((await job.ended).code).toBe(0);
  expect(job.outputs.result).toBe('waited');
});

test('build: false whose builder fails has missed', async () => {
  const { root, builder, open } = await aBuilder({}, 'exit 4');
  const job = startJob({ root, inputs: { key: 'sdk', build: 'false' } });
  await job.said('Waiting for');
  open();
  expect((await builder.ended).code).toBe(4);
  expect((await job.ended).code).toBe(0);
  expect(job.outputs).toMatchObject({ result: 'missed', path: '' });
});

test('lookup-only never waits and never builds, also while another job builds', async () => {
  const { root, builder, open, builds } = await aBuilder();
  const before = pathsBelow(root);
  const inputs = { key: 'sdk', run: builds.note, 'lookup-only': 'true' };
  const job = await runJob({ root, inputs });
  expect(job.end.code).toBe(0);
  expect(job.outputs).toMatchObject({ result: 'missed', 'cache-hit': 'false', path: '' });
  expect(job.log).not.toContain('Waiting');
  expect(pathsBelow(root)).toEqual(before);
  open();
  await builder.ended;
  const later = await runJob({ root, inputs });
  expect(later.outputs).toMatchObject({ result: 'reused', 'cache-hit': 'true', path: builder.outputs.path });
  expect(builds.lines()).toHaveLength(1);
});

test('fail-on-cache-miss fails where nothing is there, and only there', async () => {
  const root = tempDir();
  const strict = { key: 'sdk', 'fail-on-cache-miss': 'true' };
  for (const way of [{ 'lookup-only': 'true' }, { build: 'false' }]) {
    const job = await runJob({ root, inputs: { ...strict, ...way } });
    expect(job.end.code).toBe(1);
    expect(errorOf(job)).toContain('fail-on-cache-miss: "sdk" is not in the cache');
    expect(job.outputs).toMatchObject({ key: 'sdk', result: '', 'cache-hit': '', path: '' });
  }
  const built = await runJob({ root, inputs: { ...strict, run: whole } });
  expect(built.outputs.result).toBe('built');
  const found = await runJob({ root, inputs: { ...strict, 'lookup-only': 'true' } });
  expect(found.end.code).toBe(0);
  expect(found.outputs.result).toBe('reused');
});

test('enabled: false builds for this job alone, reads nothing and leaves nothing in the shared cache', async () => {
  const root = tempDir();
  const shared = await runJob({ root, inputs: { key: 'sdk', run: whole } });
  const before = pathsBelow(root);
  const job = await runJob({ root, inputs: { key: 'sdk', run: whole, enabled: 'false' } });
  expect(job.outputs).toMatchObject({ result: 'private', 'cache-hit': 'false', 'wait-seconds': '0' });
  expect(job.outputs.path).not.toBe(shared.outputs.path);
  expect(job.outputs.path?.startsWith(job.temp)).toBe(true);
  expect(existsSync(join(job.outputs.path ?? '', 'tool'))).toBe(true);
  expect(pathsBelow(root)).toEqual(before);
});

test('enabled: false whose build fails ends with its exit code and leaves no folder', async () => {
  const root = tempDir();
  const job = await runJob({ root, inputs: { key: 'sdk', run: 'exit 5', enabled: 'false' } });
  expect(job.end.code).toBe(5);
  expect(pathsBelow(root)).toEqual([]);
  expect(pathsBelow(job.temp).filter((name) => name !== 'build-once')).toEqual([]);
});

test('a cancelled waiter says so and leaves nothing, and the others do not notice', async () => {
  const { root, builder, open, builds } = await aBuilder();
  const before = pathsBelow(root);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const waiter = startJob({ root, inputs: { key: 'sdk', run: builds.note } });
    await waiter.said('Waiting for');
    waiter.kill(signal);
    expect(await waiter.ended).toEqual({ code: 130, signal: null });
    expect(errorOf(waiter)).toContain(`Cancelled by ${signal}`);
    expect(waiter.outputs).toMatchObject({ result: '', key: 'sdk', 'cache-hit': '' });
    expect(pathsBelow(root)).toEqual(before);
    expect(pathsBelow(waiter.temp)).toEqual([]);
  }
  open();
  expect((await builder.ended).code).toBe(0);
  expect(builds.lines()).toHaveLength(1);
  expect(residue(root)).toEqual([]);
});

/** A job that builds the key `sdk` and does not end before the gate opens. */
async function aBuilder(env: Readonly<Record<string, string>> = {}, end = whole) {
  const root = tempDir();
  const builds = ledger();
  const { wait, open } = gate();
  const run = `${builds.note}\n${wait}\n${end}`;
  const builder = startJob({ root, inputs: { key: 'sdk', run }, env });
  await builder.said('::group::');
  return { root, builder, builds, open };
}

/** The annotation that a step failed with. */
function errorOf({ log }: Job): string {
  return /^::error::(.*)$/m.exec(log)?.[1] ?? '';
}
