import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { type Job, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { litter, published } from '../../harness/storm/remains.ts';

const PRELOAD = ['--import', join(import.meta.dirname, '../../harness/faults/held-flush.ts')];
// With nothing in it there is nothing to flush but the manifest, which is not flushed if a build could not be in time.
const inputs = { key: 'sdk', run: 'true', 'allow-empty': 'true' };

/** A step whose disk holds up the flush of its manifest, in a thread that no signal reaches, until `release` is called. */
async function heldStep(root: string): Promise<{ readonly held: Job; readonly release: () => void }> {
  const gate = join(tempDir(), 'gate');
  execFileSync('mkfifo', [gate]);
  let file: number | undefined;
  const release = () => {
    file ??= openSync(gate, 'r+');
  };
  onTestFinished(() => closeSync(file ?? openSync(gate, 'r+')));
  const held = startJob({ root, inputs, nodeArgs: PRELOAD, env: { TEST_GATE: gate } });
  await held.said('Flushing.');
  return { held, release };
}

test('a manifest whose flush does not come back is published after 5 s, and its step ends when the disk lets it', async () => {
  const root = tempDir();
  const { held, release } = await heldStep(root);
  const waiter = await runJob({ root, inputs: { key: 'sdk', run: 'exit 1' } });
  expect(waiter.outputs.result, waiter.log).toBe('waited');
  expect(published(root)).toHaveLength(1);
  release();
  expect((await held.ended).code, held.log).toBe(0);
  expect(held.outputs.result).toBe('built');
  expect(litter(root)).toEqual([]);
});

test('a step that is cancelled while its disk holds up a flush ends within 7 s, publishes nothing and leaves no lock', async () => {
  const root = tempDir();
  const { held } = await heldStep(root);
  const took = stopwatch();
  held.kill('SIGINT');
  await held.ended;
  console.log(`cancelled while a flush is held up: ended after ${Math.round(took())} ms`);
  expect(took()).toBeLessThan(7000);
  expect(held.log).toContain('::error::Cancelled by SIGINT');
  expect(published(root)).toEqual([]);
  expect(litter(root)).toEqual([]);
});
