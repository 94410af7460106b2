import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLAIM_LIMIT, claimInputs } from '../../src/guard/claim-inputs.ts';
import { inputs, poolWide } from '../../src/step/inputs/table.ts';
import { outputNames } from '../../src/step/report/outputs.ts';

interface Described {
  readonly description: string;
  readonly default?: unknown;
}

interface Action {
  readonly inputs: Record<string, Described>;
  readonly outputs: Record<string, Described>;
  readonly runs: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dirname, '../..');

function read(file: string): Action {
  return parse(readFileSync(join(ROOT, file), 'utf8')) as Action;
}

const main = read('action.yml');
const claim = read('claim/action.yml');
const publish = read('publish/action.yml');

describe('claim/action.yml', () => {
  test('names the inputs that are read, in the same order, and two that the runner fills in', () => {
    expect(Object.keys(claim.inputs)).toEqual([...claimInputs, CLAIM_LIMIT.name, 'check-run-id', 'job-status']);
    expect(claim.inputs['job-status']?.default).toBe(['$', '{{ job.status }}'].join(''));
  });

  test('has the defaults that are in force without it', () => {
    const poolsOwn: readonly string[] = poolWide;
    for (const name of claimInputs) {
      expect(claim.inputs[name]?.default ?? '', name).toBe(poolsOwn.includes(name) ? '' : inputs[name].fallback);
    }
    expect(claim.inputs[CLAIM_LIMIT.name]?.default).toBe(CLAIM_LIMIT.fallback);
  });

  test('says the same as action.yml where an input is the same', () => {
    const others = ['key', 'image'];
    for (const name of claimInputs.filter((each) => !others.includes(each))) {
      expect(claim.inputs[name], name).toEqual(main.inputs[name]);
    }
  });

  test('names the outputs that are set', () => {
    expect(Object.keys(claim.outputs)).toEqual(['claim', ...outputNames]);
  });
});

test('publish/action.yml names what is read and set', () => {
  expect(Object.keys(publish.inputs)).toEqual(['claim', 'identity', 'check-run-id']);
  expect(Object.keys(publish.outputs)).toEqual(outputNames);
});

test('every input and output is described in one line of a readable length', () => {
  for (const action of [claim, publish]) {
    for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs })) {
      expect(description, name).toMatch(/^[^\n]{10,170}\.$/);
      expect(description, name).not.toContain('${{');
    }
  }
});

test('they run on Node 24 from files that are there, and the end of the job always', () => {
  expect(claim.runs).toEqual({
    using: 'node24',
    main: '../dist/guard/claim.js',
    post: '../dist/guard/claim-post.js',
    'post-if': 'always()',
  });
  expect(publish.runs).toEqual({ using: 'node24', main: '../dist/guard/publish.js' });
  for (const file of ['claim', 'claim-post', 'publish', 'keeper']) {
    expect(existsSync(join(ROOT, 'dist/guard', `${file}.js`)), file).toBe(true);
  }
});
