import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Reporter } from '../../../src/base/reporter.ts';
import { withScratch } from '../../../src/recipe/build/scratch.ts';
import { runJob, tempDir } from '../../harness/job/job.ts';
import { needs } from '../../harness/needs.ts';
import { noOrdinary, ORDINARY } from '../../harness/ordinary.ts';

needs('linux', 'prlimit and modes of folders');

test('a large scratch folder is deleted in slices, between which heartbeats and signals are served', async () => {
  const temp = tempDir();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  onTestFinished(() => clearInterval(timer));
  const surroundings = { env: {}, signal: new AbortController().signal, reporter: {} as Reporter, temp };
  await withScratch(surroundings, async ({ scratch }) => {
    for (let count = 0; count < 5000; count++) writeFileSync(join(scratch, `file-${count}`), '');
    ticks = 0;
  });
  expect(readdirSync(temp)).toEqual([]);
  expect(ticks).toBeGreaterThan(1);
});

test.skipIf(noOrdinary)(`a build is published although its scratch folder cannot be deleted${noOrdinary}`, async () => {
  const root = tempDir();
  const run = 'echo whole > "$BUILD_ONCE_OUT/data"; chmod 555 "$RUNNER_TEMP"; echo "temp=$RUNNER_TEMP"';
  const built = await runJob({ root, inputs: { key: 'sdk', run }, wrapper: ORDINARY });
  chmodSync(/^temp=(.+)$/m.exec(built.log)?.[1] ?? '', 0o755);
  expect(built.outputs.result, built.log).toBe('built');
  expect(built.log).toMatch(/::warning::.*build-once-.* could not be deleted: EACCES/);
  expect(readFileSync(join(built.outputs.path ?? '', 'data'), 'utf8')).toBe('whole\n');
  const reused = await runJob({ root, inputs: { key: 'sdk', run } });
  expect(reused.outputs.result).toBe('reused');
});

test.skipIf(noOrdinary)(`a step that may open too few files says so${noOrdinary}`, async () => {
  const logs: string[] = [];
  for (const limit of [22, 23, 24]) {
    const wrapper = ['prlimit', `--nofile=${limit}`, '--'];
    const inputs = { key: 'sdk', run: 'echo whole > "$BUILD_ONCE_OUT/data"' };
    logs.push((await runJob({ root: tempDir(), inputs, wrapper })).log);
  }
  expect(logs.join('')).not.toContain('build-once itself failed');
  expect(logs.join('')).toContain('this process may open no more files; raise the limit of the runner');
});
