import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { read } from '../../harness/markdown.ts';

const FOLDER = '.github/ISSUE_TEMPLATE';
const forms = readdirSync(join(import.meta.dirname, '../../..', FOLDER)).filter((name) => name !== 'config.yml');

type Fields = Readonly<Record<string, unknown>>;

/** What each type of element must have among its attributes, and what it may have. */
const TYPES: Readonly<Record<string, { readonly must: string[]; readonly may: string[] }>> = {
  markdown: { must: ['value'], may: [] },
  textarea: { must: ['label'], may: ['description', 'placeholder', 'value', 'render'] },
  input: { must: ['label'], may: ['description', 'placeholder', 'value'] },
  dropdown: { must: ['label', 'options'], may: ['description', 'multiple', 'default'] },
  checkboxes: { must: ['label', 'options'], may: ['description'] },
};

/** What GitHub would refuse of a form, by https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
function problemsOf(text: string): string[] {
  const form = parse(text) as Fields;
  const body = Array.isArray(form.body) ? (form.body as Fields[]) : [];
  const inputs = body.filter(({ type }) => type !== 'markdown');
  return [
    ...keysOf('the form', form, ['name', 'description', 'body'], ['title', 'labels', 'assignees', 'projects', 'type']),
    ...['name', 'description'].filter((key) => !isText(form[key])).map((key) => `${key} is no text`),
    ...(inputs.length > 0 ? [] : ['nothing can be filled in']),
    ...repeated(inputs.map(({ id }) => id)).map((id) => `the id ${id} is there twice`),
    ...repeated(inputs.map(({ attributes }) => (attributes as Fields | undefined)?.label)).map(
      (label) => `the label ${label} is there twice`,
    ),
    ...body.flatMap(problemsOfElement),
  ];
}

function problemsOfElement(element: Fields): string[] {
  const {
    type,
    id,
    attributes = {},
    validations = {},
  } = element as Fields & { attributes?: Fields; validations?: Fields };
  const kind = TYPES[String(type)];
  if (kind === undefined) return [`there is no type ${type}`];
  const { options } = attributes;
  return [
    ...keysOf(`${type}`, element, ['type', 'attributes'], type === 'markdown' ? [] : ['id', 'validations']),
    ...keysOf(`attributes of ${type}`, attributes, kind.must, kind.may),
    ...keysOf(`validations of ${type}`, validations, [], ['required']),
    ...(id === undefined || /^[\w-]+$/.test(String(id)) ? [] : [`the id ${id} has other characters`]),
    ...['label', 'value', 'description', 'placeholder', 'render']
      .filter((key) => key in attributes && !isText(attributes[key]))
      .map((key) => `${key} is no text`),
    ...(options === undefined || type !== 'dropdown' ? [] : problemsOfOptions(options)),
  ];
}

function problemsOfOptions(options: unknown): string[] {
  if (!Array.isArray(options) || options.length === 0 || !options.every(isText))
    return ['options are no list of texts'];
  const reserved = options.filter((option) => option.toLowerCase() === 'none').map(() => 'the option none is reserved');
  return [...reserved, ...repeated(options).map((option) => `the option ${option} is there twice`)];
}

function keysOf(what: string, fields: Fields, must: readonly string[], may: readonly string[]): string[] {
  const missing = must.filter((key) => !(key in fields)).map((key) => `${what} has no ${key}`);
  const others = Object.keys(fields).filter((key) => ![...must, ...may].includes(key));
  return [...missing, ...others.map((key) => `${what} may not have ${key}`)];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function repeated(values: readonly unknown[]): unknown[] {
  return values.filter((value, index) => value !== undefined && values.indexOf(value) !== index);
}

test.each(forms)('GitHub takes the form %s', (name) => {
  expect(problemsOf(read(`${FOLDER}/${name}`))).toEqual([]);
});

describe('what GitHub refuses is found', () => {
  const plain = 'name: a\ndescription: b\nbody:\n  - type: input\n    id: one\n    attributes:\n      label: One\n';
  const dropdown = (options: string) =>
    `${plain}  - type: dropdown\n    attributes:\n      label: Two\n      options: ${options}\n`;

  test.each([
    ['nothing', plain, []],
    ['a name that is missing', plain.replace('name: a\n', ''), ['the form has no name', 'name is no text']],
    ['a name that is no text', plain.replace('name: a', 'name: true'), ['name is no text']],
    ['another key', `${plain}about: c\n`, ['the form may not have about']],
    ['another type', plain.replace('input', 'inputs'), ['there is no type inputs']],
    [
      'a label that is missing',
      plain.replace('label', 'title'),
      ['attributes of input has no label', 'attributes of input may not have title'],
    ],
    ['an id with a blank', plain.replace('id: one', 'id: one two'), ['the id one two has other characters']],
    [
      'two of one label',
      `${plain}  - type: input\n    attributes:\n      label: One\n`,
      ['the label One is there twice'],
    ],
    ['options that are no texts', dropdown('[true]'), ['options are no list of texts']],
    ['no options', dropdown('[]'), ['options are no list of texts']],
    ['the option none', dropdown('[None]'), ['the option none is reserved']],
    ['two equal options', dropdown('[a, a]'), ['the option a is there twice']],
    [
      'only words',
      'name: a\ndescription: b\nbody:\n  - type: markdown\n    attributes:\n      value: c\n',
      ['nothing can be filled in'],
    ],
  ])('%s', (_what, text, told) => {
    expect(problemsOf(text)).toEqual(told);
  });
});

test('a bug is reported with what the doctor says, by a command that there is', () => {
  const { body } = parse(read(`${FOLDER}/bug.yml`)) as {
    readonly body: { readonly id?: string; validations?: object }[];
  };
  expect(body.find(({ id }) => id === 'doctor')?.validations).toEqual({ required: true });
  expect(read(`${FOLDER}/bug.yml`)).toContain('`node dist/cli.js doctor --root DIR`');
});

test('the page that offers the forms has a setting that GitHub knows', () => {
  const config = parse(read(`${FOLDER}/config.yml`)) as Fields;
  expect(keysOf('config.yml', config, ['blank_issues_enabled'], ['contact_links'])).toEqual([]);
  expect(typeof config.blank_issues_enabled).toBe('boolean');
});
