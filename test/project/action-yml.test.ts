import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { aliases, aliasNames } from '../../src/step/inputs/aliases.ts';
import { inputNames, inputs, poolWide } from '../../src/step/inputs/table.ts';
import { outputNames } from '../../src/step/report/outputs.ts';

interface Described {
  readonly description: string;
  readonly required?: boolean;
  readonly default?: unknown;
}

const action = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')) as {
  readonly inputs: Record<string, Described>;
  readonly outputs: Record<string, Described>;
  readonly runs: object;
};

test('action.yml names the inputs that are read, in the same order, other names of them, and two that the runner fills in', () => {
  expect(Object.keys(action.inputs)).toEqual([...inputNames, ...aliasNames, 'check-run-id', 'job-token']);
});

test.each(aliasNames)('%s is told to be another name, and has no default that would be taken for a value', (name) => {
  const { description, default: fallback } = action.inputs[name] ?? {};
  expect(description).toMatch(new RegExp(`^Same as ${aliases[name]}\\b`));
  expect([fallback, action.inputs[aliases[name]]?.default]).toEqual([undefined, undefined]);
});

test.each(inputNames)('the default of %s is the same in action.yml as without it', (name) => {
  // A default that is no text, such as an unquoted `false`, would be one the runner has to turn into a text first.
  const isFromElsewhere = [...poolWide, ...Object.values(aliases)].some((each) => each === name);
  expect(action.inputs[name]?.default ?? '').toBe(isFromElsewhere ? '' : inputs[name].fallback);
  if (isFromElsewhere && inputs[name].fallback !== '')
    expect(action.inputs[name]?.description).toMatch(new RegExp(`Unset is ${inputs[name].fallback}\\.$`));
});

test.each(inputNames)('the default of %s reads as what is taken for it', (name) => {
  const { fallback, usual, read } = inputs[name];
  if (fallback === '') expect([undefined, '', []]).toContainEqual(usual);
  else expect(read(fallback, { os: 'linux', workspace: '/runner/repo' })).toEqual(usual);
});

test('none is required by itself: what goes without another one, the rules say', () => {
  expect(inputNames.filter((name) => action.inputs[name]?.required === true)).toEqual([]);
});

test('action.yml names the outputs that are set, in the same order', () => {
  expect(Object.keys(action.outputs)).toEqual(outputNames);
});

test('every input and output is described in one line of a readable length', () => {
  for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs })) {
    expect(description, name).toMatch(/^[^\n]{10,170}\.$/);
    // The runner takes it for an expression, also in a description.
    expect(description, name).not.toContain('${{');
  }
});

test('it runs on Node 24 from the bundle', () => {
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.js' });
});
