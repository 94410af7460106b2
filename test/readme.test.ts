import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLAIM_LIMIT, claimInputs, readClaimRequest } from '../src/step/guard/claim-inputs.ts';
import { readRequest } from '../src/step/inputs.ts';
import { outputNames } from '../src/step/outputs.ts';

const ROOT = join(import.meta.dirname, '..');
const readme = read('README.md');
const action = parse(read('action.yml')) as {
  readonly inputs: Record<string, { readonly default?: string }>;
  readonly outputs: Record<string, object>;
};

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The text below a heading, up to the next one of its own or a higher level. */
function section(heading: string): string {
  const [, level = ''] = /^(#+) /.exec(heading) ?? [];
  const [, after] = readme.split(`\n${heading}\n`);
  if (after === undefined) throw new Error(`README.md has no ${heading}`);
  return after.split(new RegExp(`\n#{1,${level.length}} `))[0] ?? '';
}

/** Cells of the rows of all tables in `text`, without their heads. */
function rows(text: string): string[][] {
  const lines = text
    .split('\n')
    .filter((line, index, all) => line.startsWith('|') && !all[index + 1]?.startsWith('| ---'));
  return lines
    .filter((line) => !line.startsWith('| ---'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** A cell's text without the backquotes around it. */
function plain(cell = ''): string {
  return cell.replaceAll('`', '');
}

test('the tables of inputs name every input of action.yml, in its order, with its default', () => {
  const told = rows(section('## Inputs')).map(([name, fallback]) => [plain(name), plain(fallback)]);
  const inputs = Object.entries(action.inputs).filter(([name]) => !['check-run-id', 'job-token'].includes(name));
  expect(told).toEqual(inputs.map(([name, { default: fallback = '' }]) => [name, fallback]));
});

test('the tables of outputs name every output, and every result', () => {
  const told = rows(section('## Outputs')).map(([name]) => plain(name));
  expect(told.slice(0, outputNames.length)).toEqual(Object.keys(action.outputs));
  expect(told.slice(outputNames.length)).toEqual(['reused', 'waited', 'built', 'private', 'missed']);
});

/** The actions by their names in a workflow, and what reads their inputs. */
const actions: Readonly<Record<string, { readonly file: string; readonly reads?: typeof readRequest }>> = {
  'build-once/build-once@v1': { file: 'action.yml', reads: readRequest },
  'build-once/build-once/claim@v1': { file: 'claim/action.yml', reads: readClaimRequest },
  'build-once/build-once/publish@v1': { file: 'publish/action.yml' },
};

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const blocks = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ''], index) => ({
  number: index + 1,
  text,
}));

test.each(blocks)('YAML block $number is a list of steps that ask for nothing unknown', ({ text }) => {
  const steps = parse(text) as Step[];
  const ours = steps.filter(({ uses }) => uses?.startsWith('build-once/build-once'));
  expect(ours.length).toBeGreaterThan(0);
  for (const step of ours) {
    const { file, reads } = actions[step.uses ?? ''] ?? {};
    const known = parse(read(file ?? '')) as typeof action;
    expect(Object.keys(known.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
    expect(() => reads?.(environment(step), facts)).not.toThrow();
  }
  const ids = ours.map(({ id }) => id);
  for (const [, id, output = ''] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
    expect(ids).toContain(id);
    expect([...outputNames, 'claim']).toContain(output);
  }
});

const facts = { os: 'linux', arch: 'x64', libc: () => 'glibc', cwd: '/runner/repo' };

/** The inputs as a runner hands them over; what an expression gives is a word here, or `true` where it is all there is. */
function environment(step: Step): Record<string, string> {
  const inputs = Object.entries(step.with ?? {}).map(([name, value]) => {
    const text = String(value)
      .replace(/^\$\{\{.*?\}\}$/, 'true')
      .replaceAll(/\$\{\{.*?\}\}/g, 'x');
    return [`INPUT_${name.toUpperCase()}`, text];
  });
  return { GITHUB_WORKSPACE: '/runner/repo', RUNNER_TOOL_CACHE: '/cache', ...Object.fromEntries(inputs) };
}

test('what is said of claim and publish names their inputs, with their defaults', () => {
  const text = section('### Any steps');
  const [, list = ''] = /has these inputs of the main action, with the same meaning: (.*);/.exec(text) ?? [];
  expect(list.split(', ').map(plain)).toEqual(claimInputs);
  const told = rows(text).map(([name, fallback]) => [plain(name), plain(fallback)]);
  expect(told).toEqual([
    [CLAIM_LIMIT.name, CLAIM_LIMIT.fallback],
    ['claim', ''],
    ['identity', ''],
  ]);
});

test('every message of the troubleshooting table is one that the source has', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const source = files.map((name) => plain(read(join('src', name))).replaceAll('\\', '')).join('\n');
  for (const [cell = ''] of rows(section('## Troubleshooting'))) {
    const messages = [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message);
    expect(messages, cell).not.toEqual([]);
    // What varies is told as …; the blanks and signs around it may belong to either side.
    const parts = messages
      .flatMap((message) => message.split('…'))
      .map((part) => part.replace(/^[\s:,."]+|[\s:,."]+$/g, ''));
    for (const part of parts) expect(source.includes(part), part).toBe(true);
  }
});

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/ARCHITECTURE.md'];

test.each(documents)('links of %s to files and headings lead somewhere', (document) => {
  const text = read(document);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchor(title));
  for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    if (target.startsWith('#')) expect(headings).toContain(target.slice(1));
    else expect(existsSync(join(ROOT, document, '..', target)), target).toBe(true);
  }
});

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
