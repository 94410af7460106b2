import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLAIM_LIMIT, claimInputs } from '../../src/guard/claim-inputs.ts';
import { aliases, aliasNames } from '../../src/step/inputs/aliases.ts';
import { type InputName, inputNames, inputs, poolWide } from '../../src/step/inputs/table.ts';
import { outputNames } from '../../src/step/report/outputs.ts';
import { plain, read, rows, section } from '../harness/markdown.ts';

interface Action {
  readonly inputs: Record<string, { readonly default?: string }>;
  readonly outputs: Record<string, object>;
}

const DOCUMENT = 'docs/inputs.md';

const action = parse(read('action.yml')) as Action;
const claim = parse(read('claim/action.yml')) as Action;
const publish = parse(read('publish/action.yml')) as Action;

/** Inputs that the runner fills in, which are not for workflows to set. */
const RUNNERS = ['check-run-id', 'job-token', 'job-status'];
const others: readonly string[] = [...RUNNERS, ...aliasNames];

/** The rows of the tables of inputs, by the name in them. */
const told = rows(section(DOCUMENT, '## Inputs')).map(([name = '', type = '', fallback = '', , since = '']) => ({
  name: plain(name) as InputName,
  type,
  fallback: plain(fallback),
  since,
}));

function defaults({ inputs }: Action): string[][] {
  const all = Object.entries(inputs).filter(([name]) => !others.includes(name));
  return all.map(([name, { default: fallback = '' }]) => [name, fallback]);
}

test('the tables of inputs name every input of action.yml, in its order, with its default', () => {
  const names = defaults(action).map(([name = '']) => name as InputName);
  expect(told.map(({ name, fallback }) => [name, fallback])).toEqual(
    names.map((name) => [name, inputs[name].fallback]),
  );
});

test('the names from other actions are told, with what they are here', () => {
  const names = rows(section(DOCUMENT, '## Names from other actions')).map(([name, , own]) => [
    plain(name),
    plain(own),
  ]);
  expect(Object.fromEntries(names)).toEqual(aliases);
});

/** By the words for a type: values that are of it, and values that are not. */
const types: Readonly<Record<string, { readonly taken: readonly string[]; readonly refused: readonly string[] }>> = {
  boolean: { taken: ['true', 'false'], refused: ['yes', '1'] },
  duration: { taken: ['90s', '1h30m', '2d', 'none'], refused: ['90', 'soon'] },
  number: { taken: ['2'], refused: ['2.5', 'two', '2s'] },
  size: { taken: ['500MB', '10GB', '2GiB', '1000'], refused: ['10 parsecs', 'large'] },
};

/** A reader throws on a value that is not of its type. */
function takes(name: InputName, value: string): boolean {
  try {
    inputs[name].read(value, { os: 'linux', workspace: '/runner/repo' });
    return true;
  } catch {
    return false;
  }
}

test.each(told)('the type of $name is the one that is read', ({ name, type }) => {
  const { usual } = inputs[name];
  expect(type === 'lines').toBe(Array.isArray(usual));
  expect(type === 'script').toBe(['run', 'check'].includes(name));
  const words = type.startsWith('`') ? type.split(', ').map(plain) : undefined;
  const kind = words === undefined ? types[type] : { taken: words, refused: ['neither', ...words.map((w) => `${w}s`)] };
  if (kind === undefined) {
    // A text takes much of what is of no other type.
    expect(['text', 'lines', 'script']).toContain(type);
    expect(typeof usual === 'boolean' || typeof usual === 'number').toBe(false);
    return;
  }
  expect(kind.taken.filter((value) => !takes(name, value))).toEqual([]);
  expect(kind.refused.filter((value) => takes(name, value))).toEqual([]);
});

/** The names in a table of the bundle of 0.1.0, which is never built again: `const inputs = {` and a line for each. */
function namesOfOld(table: string): string[] {
  const [, body = ''] = read('test/versions/dist-0.1.0/main.js').split(`\nconst ${table} = {\n`);
  const [lines = ''] = body.split('\n};');
  return [...lines.matchAll(/^\t"?([a-z0-9-]+)"?:/gm)].map(([, name = '']) => name);
}

test('what is new since 0.1.0 is told so, of inputs and of outputs', () => {
  const old = [...namesOfOld('inputs'), ...namesOfOld('fetches')];
  expect(old.length).toBeGreaterThan(40);
  expect(told.map(({ name, since }) => [name, since])).toEqual(
    told.map(({ name }) => [name, old.includes(name) ? '0.1.0' : '0.2.0']),
  );
  const outputs = rows(section(DOCUMENT, '## Outputs')).slice(0, outputNames.length);
  const recent = outputs.filter(([, , since]) => since !== '0.1.0').map(([name, , since]) => [plain(name), since]);
  expect(recent).toEqual([['source', '0.2.0']]);
});

test('the variables of the pool are listed, in the order of the inputs', () => {
  const listed = section(DOCUMENT, '### Where, who and how long').match(/`BUILD_ONCE_[A-Z_]+[A-Z]`/g) ?? [];
  const names = ['root', ...poolWide].map((name) => `\`BUILD_ONCE_${name.toUpperCase().replaceAll('-', '_')}\``);
  expect(listed.slice(-names.length)).toEqual(names);
});

test('the tables of outputs name every output, and every result', () => {
  const names = rows(section(DOCUMENT, '## Outputs')).map(([name]) => plain(name));
  expect(names.slice(0, outputNames.length)).toEqual(Object.keys(action.outputs));
  expect(names.slice(outputNames.length)).toEqual(['reused', 'waited', 'built', 'private', 'missed']);
});

test('what is said of claim and publish names their inputs, with their defaults', () => {
  const text = section(DOCUMENT, '## `claim` and `publish`');
  const [, list = ''] = /has these inputs of the main action, with the same meaning: (.*);/.exec(text) ?? [];
  expect(list.split(', ').map(plain)).toEqual(claimInputs);
  const tables = rows(text).map(([name, , fallback]) => [plain(name), plain(fallback)]);
  const own = defaults(claim).filter(([name]) => name === CLAIM_LIMIT.name);
  expect(tables).toEqual([...own, ...defaults(publish)]);
});

test('what is said of the outputs of claim and publish names what they have beside those of the main action', () => {
  const others = (each: Action) => Object.keys(each.outputs).filter((name) => !(name in action.outputs));
  expect(Object.keys(claim.outputs)).toEqual(expect.arrayContaining(Object.keys(action.outputs)));
  expect(Object.keys(publish.outputs)).toEqual(Object.keys(action.outputs));
  const also = /Both have the \[outputs\]\(#outputs\) of the main action\. `claim` also has the output `(\w+)`/;
  expect(others(claim)).toEqual([also.exec(section(DOCUMENT, '## `claim` and `publish`'))?.[1]]);
});

test('the table of what one may want names inputs that there are', () => {
  const cells = rows(section('docs/recipes.md', '## Which recipe')).map(([, cell = '']) => cell);
  expect(cells.length).toBeGreaterThan(10);
  const known: readonly string[] = [...inputNames, ...outputNames, 'claim', 'publish'];
  for (const cell of cells) {
    const named = [...cell.matchAll(/(?<!\[)`([a-z0-9-]+)(?:: [\w-]+)?`/g)].map(([, name = '']) => name);
    expect(named, cell).not.toEqual([]);
    expect(known, cell).toEqual(expect.arrayContaining(named));
  }
});
