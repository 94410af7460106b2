import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type InputName, inputs } from '../../src/step/inputs/table.ts';
import { outputNames } from '../../src/step/report/outputs.ts';
import { gate, startJob, tempDir } from '../harness/job/job.ts';
import { allEnded, builderOf, times } from '../harness/job/together.ts';
import { codeBlocks, documents, inwardLinks, plain, read, rows, section } from '../harness/markdown.ts';

/** As many as a reader bears on one page. What is more belongs into docs/. */
const MOST_WORDS = 1800;

test('the README has few words, code and tables included', () => {
  const words = read('README.md').split(/\s+/).filter(Boolean);
  expect(words.length).toBeGreaterThan(500);
  expect(words.length).toBeLessThanOrEqual(MOST_WORDS);
});

test('its first ten lines have the YAML of a step, and its first screen the picture', () => {
  const lines = read('README.md').split('\n');
  expect(lines.slice(0, 10).some((line) => line.startsWith('- uses: build-once/build-once@'))).toBe(true);
  expect(lines.slice(0, 25).some((line) => line.startsWith('!['))).toBe(true);
});

test('it leads to every document', () => {
  const others = documents.filter((name) => /^docs\/[^/]+\.md$/.test(name));
  expect(others.length).toBeGreaterThan(8);
  expect(inwardLinks('README.md')).toEqual(expect.arrayContaining(others));
});

test('its table of inputs has the defaults of the source', () => {
  const told = rows(section('README.md', '## Most used inputs')).map(([name, fallback]) => [
    plain(name),
    plain(fallback),
  ]);
  expect(told.length).toBeGreaterThan(5);
  expect(told).toEqual(told.map(([name = '']) => [name, inputs[name as InputName].fallback]));
});

test('it names every output, in the order of action.yml', () => {
  const [, list = ''] = /^Outputs .*?: (.*)\.$/m.exec(section('README.md', '## Most used inputs')) ?? [];
  expect(list.split(', ').map(plain)).toEqual(outputNames);
});

interface QuickStart {
  readonly jobs: {
    readonly try: {
      readonly strategy: { readonly matrix: { readonly job: readonly number[] } };
      readonly steps: readonly [{ readonly with: Readonly<Record<string, string>> }];
    };
  };
}

// Its script is one for a POSIX shell, and so is the pipe that it waits at.
const quickStart = test.skipIf(process.platform === 'win32');

quickStart('does what it says: one of its jobs builds, the others wait, and once more all reuse', async () => {
  const [, text = ''] = codeBlocks('README.md', 'yaml');
  const { strategy, steps } = (parse(text) as QuickStart).jobs.try;
  const { wait, open } = gate();
  const { run = '', ...inputs } = steps[0].with;
  expect(run).toContain('sleep 20');
  const root = tempDir();
  // The same pause, which ends when all are there.
  const start = () => startJob({ root, inputs: { ...inputs, run: run.replace('sleep 20', wait) } });
  const jobs = strategy.matrix.job.map(start);
  const builder = await builderOf(jobs);
  open();
  expect(await allEnded(jobs)).toEqual(times(4, { code: 0, signal: null }));
  expect(builder.outputs.result).toBe('built');
  expect(jobs.filter(({ outputs }) => outputs.result === 'waited')).toHaveLength(3);
  const made = jobs.map(({ outputs }) => readFileSync(join(outputs.path ?? '', 'made-at'), 'utf8'));
  expect(new Set(made).size).toBe(1);
  const again = strategy.matrix.job.map(start);
  expect(await allEnded(again)).toEqual(times(4, { code: 0, signal: null }));
  expect(again.map(({ outputs }) => outputs.result)).toEqual(times(4, 'reused'));
});
