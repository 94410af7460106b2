import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assignments, runnerFiles } from '../../src/step/runner-files.ts';
import { tempDir } from '../harness/job.ts';

test('folders for PATH are lines, variables are blocks, each after what earlier steps wrote', () => {
  const [GITHUB_PATH, GITHUB_ENV] = [join(tempDir(), 'path'), join(tempDir(), 'env')];
  const runner = runnerFiles({ GITHUB_PATH, GITHUB_ENV });
  for (const dir of ['/opt/llvm/bin', '/opt/a b']) runner.addPath(dir);
  for (const name of ['JAVA_HOME', 'LLVM']) runner.exportVariable(name, `/opt/${name}`);
  expect(readFileSync(GITHUB_PATH, 'utf8')).toBe('/opt/llvm/bin\n/opt/a b\n');
  expect(readFileSync(GITHUB_ENV, 'utf8')).toBe(
    'JAVA_HOME<<build-once\n/opt/JAVA_HOME\nbuild-once\nLLVM<<build-once\n/opt/LLVM\nbuild-once\n',
  );
});

test('a value that holds the delimiter gets another one, so that it cannot end itself and begin the next', () => {
  const value = 'a\nbuild-once\nevil<<build-once-\nb';
  expect(assignments({ name: value })).toBe(`name<<build-once--\n${value}\nbuild-once--\n`);
});

test('outside of a runner nothing is written, and nothing fails', () => {
  runnerFiles({}).addPath('/opt/llvm/bin');
  runnerFiles({ GITHUB_ENV: '' }).exportVariable('A', 'b');
});

test('a file that cannot be written is told by its variable', () => {
  const GITHUB_PATH = join(tempDir(), 'path');
  mkdirSync(GITHUB_PATH);
  expect(() => runnerFiles({ GITHUB_PATH }).addPath('/opt')).toThrow(
    expect.objectContaining({
      code: 'DELIVERY_FAILED',
      message: expect.stringMatching(/^GITHUB_PATH cannot be written: EISDIR/),
    }),
  );
});
