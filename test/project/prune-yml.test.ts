import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { LIMIT_OPTIONS } from '../../src/admin/prune/limits.ts';
import { pruneInputs, pruneOutputs } from '../../src/admin/prune/step.ts';
import { plain, read, rows, section } from '../harness/markdown.ts';

interface Described {
  readonly description: string;
  readonly default?: string;
}

const { inputs, outputs, runs } = parse(read('prune/action.yml')) as {
  readonly inputs: Record<string, Described>;
  readonly outputs: Record<string, Described>;
  readonly runs: { readonly using: string; readonly main: string };
};

test('prune/action.yml names what is read and set, and all limits that the command has', () => {
  expect(Object.keys(inputs)).toEqual(pruneInputs);
  expect(Object.keys(outputs)).toEqual(pruneOutputs);
  expect(pruneInputs).toEqual(['root', ...Object.keys(LIMIT_OPTIONS), 'dry-run']);
  expect(runs).toEqual({ using: 'node24', main: '../dist/cli/prune.js' });
  expect(existsSync(join(import.meta.dirname, '../../prune', runs.main))).toBe(true);
});

test('every input and output is described in one line of a readable length', () => {
  for (const [name, { description }] of Object.entries({ ...inputs, ...outputs })) {
    expect(description, name).toMatch(/^[^\n]{10,170}\.$/);
  }
});

test('the tables of its inputs and outputs name all, with their defaults', () => {
  const told = rows(section('docs/operations.md', '### In a scheduled workflow')).map(([name, fallback]) => [
    plain(name),
    plain(fallback),
  ]);
  const own = Object.entries(inputs).map(([name, { default: fallback = '' }]) => [name, fallback]);
  expect(told.slice(0, own.length)).toEqual(own);
  expect(told.slice(own.length).map(([name]) => name)).toEqual(pruneOutputs);
});
