import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLAIM_LIMIT, claimInputs } from '../../src/guard/claim-inputs.ts';
import { type InputName, inputNames, inputs, poolWide } from '../../src/step/inputs/table.ts';
import { outputNames } from '../../src/step/report/outputs.ts';
import { gate, startJob, tempDir } from '../harness/job/job.ts';
import { allEnded, builderOf, times } from '../harness/job/together.ts';
import { codeBlocks, plain, read, rows, section } from '../harness/markdown.ts';

interface Action {
  readonly inputs: Record<string, { readonly default?: string }>;
  readonly outputs: Record<string, object>;
}

const action = parse(read('action.yml')) as Action;
const claim = parse(read('claim/action.yml')) as Action;
const publish = parse(read('publish/action.yml')) as Action;

/** Inputs that the runner fills in, which are not for workflows to set. */
const RUNNERS = ['check-run-id', 'job-token', 'job-status'];

function defaults({ inputs }: Action): string[][] {
  const all = Object.entries(inputs).filter(([name]) => !RUNNERS.includes(name));
  return all.map(([name, { default: fallback = '' }]) => [name, fallback]);
}

test('the tables of inputs name every input of action.yml, in its order, with its default', () => {
  const told = rows(section('README.md', '## Inputs')).map(([name, fallback]) => [plain(name), plain(fallback)]);
  expect(told).toEqual(defaults(action).map(([name = '']) => [name, inputs[name as InputName].fallback]));
});

test('the variables of the pool are listed, in the order of the inputs', () => {
  const told = section('README.md', '### How').match(/`BUILD_ONCE_[A-Z_]+[A-Z]`/g) ?? [];
  const names = ['root', ...poolWide].map((name) => `\`BUILD_ONCE_${name.toUpperCase().replaceAll('-', '_')}\``);
  expect(told.slice(-names.length)).toEqual(names);
});

test('the tables of outputs name every output, and every result', () => {
  const told = rows(section('README.md', '## Outputs')).map(([name]) => plain(name));
  expect(told.slice(0, outputNames.length)).toEqual(Object.keys(action.outputs));
  expect(told.slice(outputNames.length)).toEqual(['reused', 'waited', 'built', 'private', 'missed']);
});

test('what is said of claim and publish names their inputs, with their defaults', () => {
  const text = section('README.md', '### Any steps');
  const [, list = ''] = /has these inputs of the main action, with the same meaning: (.*);/.exec(text) ?? [];
  expect(list.split(', ').map(plain)).toEqual(claimInputs);
  const told = rows(text).map(([name, fallback]) => [plain(name), plain(fallback)]);
  const own = defaults(claim).filter(([name]) => name === CLAIM_LIMIT.name);
  expect(told).toEqual([...own, ...defaults(publish)]);
});

test('what is said of the outputs of claim and publish names what they have beside those of the main action', () => {
  const others = (each: Action) => Object.keys(each.outputs).filter((name) => !(name in action.outputs));
  expect(Object.keys(claim.outputs)).toEqual(expect.arrayContaining(Object.keys(action.outputs)));
  expect(Object.keys(publish.outputs)).toEqual(Object.keys(action.outputs));
  const told = /Both have the \[outputs\]\(#outputs\) of the main action, and `claim` has `(\w+)`/;
  expect(others(claim)).toEqual([told.exec(section('README.md', '### Any steps'))?.[1]]);
});

test('the table of what one may want names inputs that there are', () => {
  const cells = rows(section('README.md', '## Which input for which job')).map(([, cell = '']) => cell);
  expect(cells.length).toBeGreaterThan(10);
  const known: readonly string[] = [...inputNames, ...outputNames, 'claim', 'publish'];
  for (const cell of cells) {
    const named = [...cell.matchAll(/(?<!\[)`([a-z0-9-]+)(?:: [\w-]+)?`/g)].map(([, name = '']) => name);
    expect(named, cell).not.toEqual([]);
    expect(known, cell).toEqual(expect.arrayContaining(named));
  }
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
