import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gate, startJob, tempDir } from '../../harness/job/job.ts';
import { inSlots, litter } from '../../harness/storm/remains.ts';

const whole = 'echo whole > "$BUILD_ONCE_OUT/file"';
const good = { code: 0, signal: null };
const SHORT_STEP = join(import.meta.dirname, '../../harness/job/short-step.ts');

test('a build that loses its slot to another job is no failure: it is built again', async () => {
  const root = tempDir();
  const limit = { 'max-in-flight': '1' };
  const { wait, open } = gate();
  const deaf = { entry: SHORT_STEP, env: { TEST_STOP: 'deaf' } };
  const stopped = startJob({ root, inputs: { key: 'a', run: `${wait}\n${whole}`, ...limit }, ...deaf });
  await stopped.said('::group::Building');
  const other = startJob({ root, inputs: { key: 'b', run: whole, ...limit }, entry: SHORT_STEP });
  await other.said('Waiting for a build slot');
  // Its processes are ended when its slot is taken, which may show before the loss does.
  stopped.kill('SIGSTOP');
  await other.ended;
  stopped.kill('SIGCONT');
  open();
  expect(await stopped.ended, stopped.log).toEqual(good);
  expect(stopped.log).toMatch(/^\{"result":"built"/m);
  expect(litter(root)).toEqual([]);
});

test.each([
  { when: 'hears of it', env: {} },
  { when: 'does not hear of it', env: { TEST_STOP: 'deaf' } },
])('a private build that loses its slot and $when says so', async ({ env }) => {
  const root = tempDir();
  const limit = { 'max-in-flight': '1' };
  const { wait } = gate();
  const inputs = { key: 'a', run: `${wait}\n${whole}`, enabled: 'false', ...limit };
  const stopped = startJob({ root, inputs, entry: SHORT_STEP, env });
  await stopped.said('::group::Building');
  const other = startJob({ root, inputs: { key: 'b', run: whole, ...limit }, entry: SHORT_STEP });
  await other.said('Waiting for a build slot');
  stopped.kill('SIGSTOP');
  await other.ended;
  stopped.kill('SIGCONT');
  await stopped.ended;
  expect(stopped.log).toContain('"code":"LOCK_LOST"');
  expect(stopped.log).toContain(`The build slot in ${join(root, 'build-once/v1/.slots/default/0')} was lost`);
  expect(inSlots(root)).toEqual([]);
});
