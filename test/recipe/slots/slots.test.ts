import { join } from 'node:path';
import { expect, test } from 'vitest';
import { places } from '../../harness/disks/places.ts';
import { gate, type Job, ledger, MAIN, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { allEnded, startTogether, times } from '../../harness/job/together.ts';
import { inSlots, litter } from '../../harness/storm/remains.ts';

const whole = 'echo whole > "$BUILD_ONCE_OUT/file"';
const good = { code: 0, signal: null };

function results(jobs: readonly Job[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { outputs } of jobs) found[outputs.result ?? ''] = (found[outputs.result ?? ''] ?? 0) + 1;
  return found;
}

test('50 keys at max-in-flight 1: all are built, never two at once', async () => {
  const root = tempDir();
  const proof = places(1);
  const steps = Array.from({ length: 50 }, (_, index) => ({
    root,
    inputs: { key: `sdk-${index}`, run: `${proof.enter}\nsleep 0.02\n${whole}`, 'max-in-flight': '1' },
  }));
  const jobs = await startTogether(steps);
  expect(await allEnded(jobs)).toEqual(times(50, good));
  expect(results(jobs)).toEqual({ built: 50 });
  expect(proof.tooMany()).toBe(0);
  expect([...litter(root), ...inSlots(root)]).toEqual([]);
  // Whoever had the slot first waited for nobody; on a busy machine others too come just when it is free.
  const waited = jobs.filter(({ outputs }) => Number(outputs['slot-wait-seconds']) > 0).length;
  expect(waited).toBeLessThan(50);
  expect(waited).toBeGreaterThan(25);
  expect(jobs.every(({ outputs }) => outputs['wait-seconds'] === '0')).toBe(true);
});

test('max-in-flight 3: three at once are seen, and never four', async () => {
  const root = tempDir();
  const proof = places(3);
  const { wait, open } = gate();
  const steps = Array.from({ length: 9 }, (_, index) => ({
    root,
    inputs: { key: `sdk-${index}`, run: `${proof.enter}\n${wait}\n${whole}`, 'max-in-flight': '3' },
  }));
  const jobs = steps.map(startJob);
  // Nobody ends before the gate opens: so three build, and six wait.
  const says = async (job: Job) => {
    const build = job.said('::group::Building').then(() => 'build');
    return Promise.race([build, job.said('Waiting for a build slot: 3 of 3 slots').then(() => 'wait')]);
  };
  const first = await Promise.all(jobs.map(says));
  expect([...first].sort()).toEqual([...times(3, 'build'), ...times(6, 'wait')]);
  open();
  expect(await allEnded(jobs)).toEqual(times(9, good));
  expect(results(jobs)).toEqual({ built: 9 });
  expect(proof.tooMany()).toBe(0);
  const waiters = jobs.filter((_, index) => first[index] === 'wait');
  for (const job of waiters) {
    expect(job.log).toMatch(
      /^Waiting for a build slot: 3 of 3 slots of the group "default" are busy: octo\/tools, job /m,
    );
    expect(Number(job.outputs['slot-wait-seconds'])).toBeGreaterThan(0);
    expect(job.summary).toContain(' for a slot |');
  }
  expect([...litter(root), ...inSlots(root)]).toEqual([]);
});

test('50 failing builds at max-in-flight 1 leave the slot free', async () => {
  const root = tempDir();
  const steps = Array.from({ length: 50 }, (_, index) => ({
    root,
    inputs: { key: `sdk-${index}`, run: 'exit 3', 'max-in-flight': '1' },
  }));
  const jobs = await startTogether(steps);
  expect(await allEnded(jobs)).toEqual(times(50, { code: 3, signal: null }));
  expect([...litter(root), ...inSlots(root)]).toEqual([]);
  const next = await runJob({ root, inputs: { key: 'next', run: whole, 'max-in-flight': '1' } });
  expect(next.outputs).toMatchObject({ result: 'built', 'slot-wait-seconds': '0' });
});

test('50 steps for one key next to 50 for another at max-in-flight 1: two builds', async () => {
  const root = tempDir();
  const builds = ledger();
  const proof = places(1);
  const run = `${builds.note}\n${proof.enter}\nsleep 0.1\n${whole}`;
  const steps = Array.from({ length: 100 }, (_, index) => ({
    root,
    inputs: { key: `sdk-${index % 2}`, run, 'max-in-flight': '1' },
  }));
  const jobs = await startTogether(steps);
  expect(await allEnded(jobs)).toEqual(times(100, good));
  expect(builds.lines()).toHaveLength(2);
  expect(proof.tooMany()).toBe(0);
  // Those who wait for their key's build take no slot, and wait for none.
  const waited = jobs.filter(({ outputs }) => outputs.result !== 'built');
  expect(waited.every(({ outputs }) => outputs['slot-wait-seconds'] === '0')).toBe(true);
  expect([...litter(root), ...inSlots(root)]).toEqual([]);
});

test('who waits for a job that waits for a slot is not told that it builds', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const step = (key: string, run = whole) => ({ root, inputs: { key, run, 'max-in-flight': '1' } });
  const builder = startJob(step('a', `${wait}\n${whole}`));
  await builder.said('Building a');
  const queued = startJob(step('b'));
  await queued.said('Waiting for a build slot');
  const waiter = startJob(step('b'));
  await waiter.said('which builds "b", or waits for a build slot to.');
  open();
  expect(await allEnded([builder, queued, waiter])).toEqual(times(3, good));
});

test("a killed holder's slot is free once the processes of its build have ended, and not before", async () => {
  const root = tempDir();
  const proof = places(1);
  const limit = { 'max-in-flight': '1' };
  const stubborn = `${proof.enter}\ntrap "" HUP INT TERM\necho ready\nwhile :; do sleep 300; done`;
  const killed = startJob({ root, inputs: { key: 'a', run: stubborn, ...limit } });
  await killed.said('ready');
  const waiter = startJob({ root, inputs: { key: 'b', run: `${proof.enter}\n${whole}`, ...limit } });
  await waiter.said('Waiting for a build slot');
  killed.kill('SIGKILL');
  expect(await waiter.ended, waiter.log).toEqual(good);
  expect(waiter.log).toMatch(
    /^Took over the build slot of octo\/tools, job .*: its process is gone\. Continuing normally\.$/m,
  );
  expect(proof.tooMany()).toBe(0);
  expect(inSlots(root)).toEqual([]);
});

test('who waits for a slot takes what turns up by other means', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const limit = { 'max-in-flight': '1' };
  const builder = startJob({ root, inputs: { key: 'a', run: `${wait}\n${whole}`, ...limit } });
  await builder.said('::group::Building');
  const waiter = startJob({ root, inputs: { key: 'b', run: 'exit 1', ...limit }, entry: SHORT_STEP });
  await waiter.said('Waiting for a build slot');
  // It has the lock of its key, and cannot build: the lock is taken from it as a dead one's would be.
  waiter.kill('SIGSTOP');
  const other = startJob({ root, inputs: { key: 'b', run: whole }, entry: SHORT_STEP });
  await other.ended;
  waiter.kill('SIGCONT');
  expect(await waiter.ended, waiter.log).toEqual(good);
  // `waited` where it hears first that it lost its lock: then it has met a holder.
  expect(waiter.log).toMatch(/^\{"result":"(?:reused|waited)"/m);
  open();
  expect(await builder.ended).toEqual(good);
});

test('a number that is as good as no limit costs nothing', async () => {
  const job = await runJob({ root: tempDir(), inputs: { key: 'a', run: whole, 'max-in-flight': '999999999' } });
  expect(job.end, job.log).toEqual(good);
});

test('a step inside of a build takes no slot; a private build does', async () => {
  const root = tempDir();
  const limit = { 'max-in-flight': '1' };
  const inner = `INPUT_KEY=inner INPUT_RUN='${whole}' INPUT_MAX-IN-FLIGHT=1`;
  const outer = await runJob({
    root,
    inputs: {
      key: 'outer',
      run: `env --unset=GITHUB_OUTPUT ${inner} '${process.execPath}' '${MAIN}'\n${whole}`,
      ...limit,
    },
  });
  expect(outer.end, outer.log).toEqual(good);
  expect(outer.log).toMatch(/^"inner": built/m);

  const { wait, open } = gate();
  const own = startJob({ root, inputs: { key: 'a', run: `${wait}\n${whole}`, enabled: 'false', ...limit } });
  await own.said('::group::Building');
  const waiter = startJob({ root, inputs: { key: 'b', run: whole, ...limit } });
  await waiter.said('Waiting for a build slot: the only slot');
  open();
  expect(await allEnded([own, waiter])).toEqual(times(2, good));
  expect([own, waiter].map(({ outputs }) => outputs.result)).toEqual(['private', 'built']);
  expect(inSlots(root)).toEqual([]);
});

test('jobs that name different numbers for one group are both told so', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const run = `${wait}\n${whole}`;
  const one = startJob({ root, inputs: { key: 'a', run, 'max-in-flight': '1' } });
  await one.said('::group::Building');
  // The second one has a slot that the first never asks for, and still hears of it; one of another group does not.
  const two = startJob({ root, inputs: { key: 'b', run, 'max-in-flight': '2' } });
  await two.said('::group::Building');
  const three = startJob({ root, inputs: { key: 'c', run, 'max-in-flight': '3', group: 'others' } });
  await three.said('::group::Building');
  const four = startJob({ root, inputs: { key: 'd', run, 'max-in-flight': '1' } });
  await four.said('Waiting for a build slot');
  open();
  expect(await allEnded([one, two, three, four])).toEqual(times(4, good));
  expect(two.log).toMatch(/^::warning::max-in-flight: this job says 2 for the group "default", and octo.* says 1\./m);
  expect([one, three].map(({ log }) => log.includes('max-in-flight:'))).toEqual([false, false]);
});

test('a wait for a slot that takes too long names those who have them', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const builder = startJob({ root, inputs: { key: 'a', run: `${wait}\n${whole}`, 'max-in-flight': '1' } });
  await builder.said('::group::Building');
  const waiter = await runJob({
    root,
    inputs: { key: 'b', run: whole, 'max-in-flight': '1', 'wait-timeout': '300ms' },
  });
  expect(waiter.end.code).toBe(1);
  expect(waiter.log).toMatch(
    /^::error::"b" could not be built within \d+ ms \(wait-timeout 300 ms\): the only slot of the group "default" is busy: octo\/tools, job/m,
  );
  open();
  expect(await builder.ended).toEqual(good);
  expect([...litter(root), ...inSlots(root)]).toEqual([]);
});

const SHORT_STEP = join(import.meta.dirname, '../../harness/job/short-step.ts');
