import { expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { places } from '../../harness/disks/places.ts';
import { gate, type Job, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { allEnded, times } from '../../harness/job/together.ts';
import { inSlots, litter } from '../../harness/storm/remains.ts';

const SECONDS = 6;
const WORKERS = 6;
const limit = { 'max-in-flight': '2' };
const whole = 'echo whole > "$BUILD_ONCE_OUT/file"';
const good = { code: 0, signal: null };

test(`for ${SECONDS} s holders of slots are killed at random: never three at once, and no slot is lost`, async () => {
  const root = tempDir();
  const proof = places(2);
  const run = `${proof.enter}\nsleep 0.1\necho whole > "$BUILD_ONCE_OUT/file"`;
  const elapsed = stopwatch();
  let started = 0;
  let [kills, killedBuilding] = [0, 0];
  /** One after the other, each killed some time after its start, or not at all. */
  const worker = async () => {
    while (elapsed() < SECONDS * 1000) {
      const job = startJob({ root, inputs: { key: `sdk-${++started}`, run, ...limit } });
      const building = job.said('::group::Building').catch(() => {});
      const lasts = Math.random() < 0.5 ? 'to its end' : 'until it builds';
      await (lasts === 'to its end' ? job.ended : building);
      if (lasts === 'to its end') continue;
      // At some point of its build, which ends by itself after 100 ms.
      await new Promise((resolve) => setTimeout(resolve, 150 * Math.random()));
      if (job.process.exitCode === null) kills += 1;
      job.kill('SIGKILL');
      const { signal } = await job.ended;
      if (signal !== null) killedBuilding += 1;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  console.log(
    `${started} steps, ${kills} killed (${killedBuilding} before their end), ${proof.tooMany()} too many at once`,
  );
  expect(proof.tooMany()).toBe(0);
  expect(killedBuilding).toBeGreaterThan(5);
  await expectBothFree(root);
  expect(inSlots(root)).toEqual([]);
});

async function expectBothFree(root: string): Promise<void> {
  const { wait, open } = gate();
  const jobs: Job[] = [1, 2].map((index) =>
    startJob({ root, inputs: { key: `last-${index}`, run: wait, 'allow-empty': 'true', ...limit } }),
  );
  await Promise.all(jobs.map((job) => job.said('::group::Building')));
  open();
  expect(await allEnded(jobs)).toEqual(times(2, { code: 0, signal: null }));
}

test('a step that is cancelled while it waits for a slot is gone at once, and its key is free', async () => {
  const root = tempDir();
  const { wait, open } = gate();
  const limit = { 'max-in-flight': '1' };
  const builder = startJob({ root, inputs: { key: 'a', run: `${wait}\n${whole}`, ...limit } });
  await builder.said('::group::Building');
  const waiter = startJob({ root, inputs: { key: 'b', run: whole, ...limit } });
  await waiter.said('Waiting for a build slot');
  const since = performance.now();
  waiter.kill('SIGINT');
  expect(await waiter.ended).toEqual({ code: 130, signal: null });
  const ms = performance.now() - since;
  console.log(`cancelled while waiting for a slot: gone after ${Math.round(ms)} ms`);
  // 6 to 12 ms on a quiet machine; the next look at the slots would come after 1,000.
  expect(ms).toBeLessThan(500);
  // No slot is asked for: that the key is free shows at once.
  const next = await runJob({ root, inputs: { key: 'b', run: whole } });
  expect(next.outputs).toMatchObject({ result: 'built', 'wait-seconds': '0' });
  open();
  expect(await builder.ended).toEqual(good);
  expect([...litter(root), ...inSlots(root)]).toEqual([]);
});
