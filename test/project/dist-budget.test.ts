import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Loaded } from '../../bench/probes/loaded.ts';
import { overBudget } from '../../scripts/dist-budget.ts';
import { type JobOptions, MAIN, runJob, tempDir } from '../harness/job/job.ts';

const DIST = dirname(MAIN);
const PROBE = join(import.meta.dirname, '../../bench/probes/loaded.ts');

/** A copy of dist/, to be spoilt. */
function copy(): string {
  const folder = join(tempDir(), 'dist');
  cpSync(DIST, folder, { recursive: true });
  return folder;
}

describe('the budget of dist/', () => {
  test('is kept', () => {
    expect(overBudget(DIST)).toEqual([]);
  });

  test('names a file that is too large, how large it is, and what to do', () => {
    const folder = copy();
    appendFileSync(join(folder, 'main.js'), `//${' '.repeat(20_000)}`);
    expect(overBudget(folder)).toEqual([
      expect.stringMatching(
        /^dist\/main\.js: \d{6} bytes, \d+ above its budget of \d+\. Find out what came in .* or raise the budget\.$/,
      ),
    ]);
  });

  test('names a file that has none, and one that has one and is gone', () => {
    const folder = copy();
    writeFileSync(join(folder, 'guard/chunk.js'), 'export {};\n');
    rmSync(join(folder, 'probe.js'));
    expect(overBudget(folder)).toEqual([
      expect.stringContaining('dist/guard/chunk.js: 11 bytes, and no budget.'),
      expect.stringContaining('dist/probe.js: has a budget and is not there.'),
    ]);
  });

  test.each([
    [
      'import { deliver } from "./step-deliver-deliver.js";\n',
      'main.js',
      'loads step-deliver-deliver.js at its start, and not nothing',
    ],
    ['import "./tool.js";\n', 'guard/claim.js', 'loads guard/hot.js, guard/rolldown-runtime.js, guard/tool.js at its'],
  ])('notices that %s came into %s', (line, name, told) => {
    const folder = copy();
    const file = join(folder, name);
    writeFileSync(file, `${line}${readFileSync(file, 'utf8')}`);
    expect(overBudget(folder)).toEqual([expect.stringContaining(told)]);
  });
});

/** The files of dist/ that a step loads, in order. */
async function loads(options: JobOptions): Promise<string[]> {
  const report = join(tempDir(), 'report.json');
  const env = { BENCH_REPORT: report, NODE_OPTIONS: `--import=${pathToFileURL(PROBE)}` };
  const job = await runJob({ ...options, env });
  expect(job.outputs.result, job.log).toBe('reused');
  return (JSON.parse(readFileSync(report, 'utf8')) as Loaded).chunks.map(([name]) => name);
}

test('a hit loads one file, and one more for each input that needs it', async () => {
  const root = tempDir();
  const inputs = { key: 'sdk', run: 'mkdir "$BUILD_ONCE_OUT/bin"' };
  const tool = { ...inputs, key: 'tool', tool: 'sdk', version: '1.0.0' };
  for (const each of [inputs, tool]) await runJob({ root, inputs: each });
  expect(await loads({ root, inputs })).toEqual(['main.js']);
  expect(await loads({ root, inputs: { ...inputs, strip: '0', ref: 'HEAD' } })).toEqual(['main.js']);
  expect(await loads({ root, inputs: tool })).toEqual(['main.js', 'tool.js']);
});
