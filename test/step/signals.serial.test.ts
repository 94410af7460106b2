import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newToken } from '../../src/base/key.ts';
import { stopwatch } from '../../src/base/wait.ts';
import { processesOf } from '../../src/host/proc.ts';
import { atCall } from '../harness/faults/kill-every-call.ts';
import { gate, type Job, ledger, runJob, startJob, tempDir } from '../harness/job/job.ts';
import { builds, keyFolders, litter, published, tracesOf } from '../harness/storm/remains.ts';

/** What the runner grants an action between its first signal and the next. */
const LIMIT_MS = 7000;
const THROW = ['--import', join(import.meta.dirname, '../harness/job/throw-on-signal.ts')];
const whole = 'echo one > "$BUILD_ONCE_OUT/one"';

interface Cancelled {
  readonly root: string;
  readonly builder: Job;
  readonly waiter: Job;
  readonly token: string;
}

/** A builder that has got as far as to say `ready`, and one who waits for it. */
async function scene(script: string): Promise<Cancelled> {
  const root = tempDir();
  const notes = ledger();
  const run = `${notes.note}\n${script}`;
  const builder = startJob({ root, inputs: { key: 'sdk', run }, nodeArgs: THROW });
  await builder.said('ready');
  const waiter = startJob({ root, inputs: { key: 'sdk', run: whole } });
  await waiter.said('Waiting for octo/tools, job');
  return { root, builder, waiter, token: notes.lines()[0] ?? '' };
}

/** Ends the builder with a signal, and looks at what is left; returns how long it took. */
async function expectGone({ root, builder, waiter, token }: Cancelled, signal: NodeJS.Signals): Promise<number> {
  const since = stopwatch();
  const takenOver = waiter.said('::group::Building').then(since);
  builder.kill(signal);
  const { code } = await builder.ended;
  const ms = since();
  expect(code, builder.log).toBe(signal === 'SIGUSR2' ? 1 : 130);
  expect(processesOf(token)).toEqual([]);
  expect(tracesOf(root, token)).toEqual([]);
  // At once: the waiter need not even wait for the trash to be emptied.
  expect(await takenOver).toBeLessThan(ms + 3 * 100);
  expect((await waiter.ended).code, waiter.log).toBe(0);
  // It was given up properly: no takeover, and no failure that others count.
  expect(waiter.outputs.result).toBe('built');
  expect(waiter.log).not.toContain('Took over');
  expect(keyFolders(root).flatMap((dir) => readdirSync(join(dir, 'failures')))).toEqual([]);
  expect(litter(root)).toEqual([]);
  expect(builds(root)).toEqual(published(root));
  return ms;
}

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)('at %s', (signal) => {
  const name = signal === 'SIGUSR2' ? 'an error that nothing caught' : signal;

  test(`a build ends at once, and who waits builds (${name})`, async () => {
    const cancelled = await scene('touch "$BUILD_ONCE_OUT/half"; setsid -f sleep 300; echo ready; sleep 300');
    const ms = await expectGone(cancelled, signal);
    console.log(`${name}: ended after ${Math.round(ms)} ms`);
    expect(ms).toBeLessThan(3 * 500);
    const why = signal === 'SIGUSR2' ? /::error::build-once itself failed: a bug of ours/ : /::error::Cancelled by SIG/;
    expect(cancelled.builder.log).toMatch(why);
    expect(cancelled.builder.outputs.result ?? '').toBe('');
  });
});

describe('at SIGINT', () => {
  test('or at SIGBREAK, which Windows alone sends', async () => {
    const root = tempDir();
    // Linux has no such signal: the process hands itself one when it gets another.
    const emit = "process.on('SIGUSR2', () => process.emit('SIGBREAK'))";
    const nodeArgs = ['--import', `data:text/javascript,${encodeURIComponent(emit)}`];
    const builder = startJob({ root, inputs: { key: 'sdk', run: 'echo ready; sleep 300' }, nodeArgs });
    await builder.said('ready');
    builder.kill('SIGUSR2');
    expect((await builder.ended).code, builder.log).toBe(130);
    expect(builder.log).toContain('::error::Cancelled by SIGBREAK: ');
    expect(litter(root)).toEqual([]);
  });

  test('a build of 200,000 files that ignores it, also outside of its group, is gone within 7 s', {
    timeout: 180_000,
  }, async () => {
    const many = `cd "$BUILD_ONCE_OUT"; mkdir $(seq 200); for d in $(seq 200); do (cd $d; seq 1000 | xargs touch); done`;
    const deaf = `trap "" INT TERM; while :; do sleep 300; done`;
    // Making them is not what is timed here, and a busy disk may take long over it.
    const since = stopwatch();
    const cancelled = await scene(`${many}\nsetsid sh -c '${deaf}' &\n(${deaf}) &\necho ready\n${deaf}`);
    const made = since();
    const ms = await expectGone(cancelled, 'SIGINT');
    const cleared = since() - made - ms;
    const parts = [made, ms, cleared].map(Math.round);
    console.log(
      `200,000 files, children that ignore all: made in ${parts[0]} ms, ended after ${parts[1]}, cleared ${parts[2]} later`,
    );
    // Not three times: at 7.5 s the runner sends its next signal, and at 10 s it kills.
    expect(ms).toBeLessThan(LIMIT_MS);
  });

  test('a second one, and a third, do not cut short what the first one started', async () => {
    const slow = `trap 'echo interrupted; sleep 1; exit 1' INT; echo ready; while :; do sleep 0.1; done`;
    const cancelled = await scene(slow);
    const { builder } = cancelled;
    builder.kill('SIGINT');
    await builder.said('interrupted');
    builder.kill('SIGTERM');
    builder.kill('SIGINT');
    await expectGone(cancelled, 'SIGINT');
    expect(builder.log.split('interrupted')).toHaveLength(2);
  });

  test('a waiter ends within 200 ms and leaves nothing', async () => {
    const root = tempDir();
    const { wait, open } = gate();
    const builder = startJob({ root, inputs: { key: 'sdk', run: `echo ready; ${wait}; ${whole}` } });
    await builder.said('ready');
    const waiter = startJob({ root, inputs: { key: 'sdk', run: whole } });
    await waiter.said('Waiting for octo/tools, job');
    const since = stopwatch();
    waiter.kill('SIGINT');
    expect((await waiter.ended).code).toBe(130);
    console.log(`waiter: ended after ${Math.round(since())} ms`);
    expect(since()).toBeLessThan(3 * 200);
    open();
    expect((await builder.ended).code).toBe(0);
    expect(builder.outputs.result).toBe('built');
    expect(litter(root)).toEqual([]);
  });
});

describe('cancelled', () => {
  const no = ['cancelled'];
  const yes = ['built'];
  // From the last look at the lock on it may go either way; what it says must be what it did.
  const either = ['cancelled', 'built'];

  test.each([
    ['while it claims, before it has a record', '^mkdir.*/tmp/', no],
    ['while it takes the lock', '^rename .*/lock$', no],
    ['while it begins its attempt', '^mkdir.*/entry\\.[0-9a-f]{12}$', no],
    ['while it counts what was built', '^lstatSync .*/[0-9a-f]{12}/one$', either],
    ['while it writes its manifest', '^open.*/draft$', either],
    ['when it asks for the last time whether the lock is its own', '^readdir .*/lock$', either],
    ['in the moment of its publish', '^rename.*/entry$', yes],
    ['while it releases the lock', '^unlink .*/lock/owner-', yes],
    ['while it sweeps', '^readdir.*/tmp$', yes],
    ['while it empties the trash', '\\.trash-', yes],
  ])('%s: says what it did, and leaves nothing else', async (_when, match, expected) => {
    const root = tempDir();
    // The first step makes the folders, then there is something to sweep.
    await runJob({ root, inputs: { key: 'sdk', run: 'exit 1', attempts: '1' } });
    for (const dir of keyFolders(root)) mkdirSync(join(dir, `.trash-${newToken()}`));
    const plan = { below: root, nth: 0, match, signal: 'SIGINT' } as const;
    const report = join(tempDir(), 'call');
    const job = await runJob({ root, inputs: { key: 'sdk', run: whole }, ...atCall(plan, report) });
    expect(existsSync(report)).toBe(true);
    const did = job.end.code === 0 ? 'built' : 'cancelled';
    expect(expected, job.log).toContain(did);
    expect(job.end.code, job.log).toBe(did === 'built' ? 0 : 130);
    expect(job.outputs.result ?? '', job.log).toBe(did === 'built' ? 'built' : '');
    expect(published(root)).toHaveLength(did === 'built' ? 1 : 0);
    expect(litter(root)).toEqual([]);
    const next = await runJob({ root, inputs: { key: 'sdk', run: whole } });
    expect(next.outputs.result, next.log).toBe(did === 'built' ? 'reused' : 'built');
  });
});

describe('a build that is not published', () => {
  test.each([
    ['because it failed', { run: `${whole}; exit 1`, attempts: '1' }],
    ['because it was cancelled', { run: `${whole}; kill -INT $PPID; sleep 300` }],
  ])('is out of sight before the lock opens (%s)', async (_why, inputs) => {
    const root = tempDir();
    const plan = { below: root, nth: 0, match: '^unlink .*/lock/owner-', signal: 'SIGKILL' } as const;
    const report = join(tempDir(), 'call');
    await runJob({ root, inputs: { key: 'sdk', ...inputs }, ...atCall(plan, report) });
    expect(existsSync(report)).toBe(true);
    expect(builds(root)).toEqual([]);
  });
});

describe('a step that forgot what it waits for', () => {
  test('fails: an end that nobody brought about is no success', async () => {
    const root = tempDir();
    const forget = ['--import', join(import.meta.dirname, '../harness/faults/forget-listing.ts')];
    const job = await runJob({ root, inputs: { key: 'sdk', run: whole }, nodeArgs: forget });
    expect(job.end.code, job.log).toBe(1);
    expect(job.log).toMatch(/::error::build-once itself failed: .*waits for something that cannot happen/);
    expect(published(root)).toEqual([]);
    const next = await runJob({ root, inputs: { key: 'sdk', run: whole } });
    expect(next.outputs.result, next.log).toBe('built');
    expect(litter(root)).toEqual([]);
  });
});

describe('what a script leaves running', () => {
  test('does not hang the step, though it keeps the pipe open; it is ended with a warning', async () => {
    const notes = ledger();
    const daemon = `${notes.note}; (while :; do echo more; sleep 0.1; done) & echo ready; ${whole}`;
    const since = stopwatch();
    const job = await runJob({ root: tempDir(), inputs: { key: 'sdk', run: daemon } });
    console.log(`a daemon that prints on: the step took ${Math.round(since())} ms`);
    expect(since()).toBeLessThan(3 * 1500);
    expect(job.end.code, job.log).toBe(0);
    expect(job.outputs.result).toBe('built');
    expect(job.log).toMatch(/::warning::The build of "sdk" left .* running\. (?:It was|They were) ended/);
    expect(processesOf(notes.lines()[0] ?? '')).toEqual([]);
  });
});
