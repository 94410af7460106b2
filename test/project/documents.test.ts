import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readClaimRequest } from '../../src/guard/claim-inputs.ts';
import { readRequest } from '../../src/step/inputs/read.ts';
import { outputNames } from '../../src/step/report/outputs.ts';
import {
  anchors,
  codeBlocks,
  DEPLOYING,
  documents,
  inwardLinks,
  OTHER_CI,
  read,
  UNRELEASED,
} from '../harness/markdown.ts';

const ROOT = join(import.meta.dirname, '../..');

test.each(documents)('links of %s to files and headings lead somewhere', (document) => {
  for (const target of inwardLinks(document)) {
    const [path = '', heading] = target.split('#');
    const file = path === '' ? document : join(dirname(document), path);
    expect(existsSync(join(ROOT, file)), target).toBe(true);
    if (heading !== undefined) expect(anchors(file), target).toContain(heading);
  }
});

test('a link to nowhere would be seen', () => {
  expect(inwardLinks('README.md')).toContain('docs/COMPARISON.md');
  expect(anchors('README.md')).toContain('quick-start');
  // A line of a script is no heading.
  expect(anchors('CONTRIBUTING.md')).not.toContain('npm-ci');
});

test('the files that ARCHITECTURE.md and CONTRIBUTING.md name are there', () => {
  const named = ['docs/ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((document) =>
    [...read(document).matchAll(/`((?:[\w-]+\/)+[\w-]+\.(?:ts|md|yml))`/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(20);
  const there = (name: string) => ['', 'src'].some((folder) => existsSync(join(ROOT, folder, name)));
  expect(named.filter((name) => !there(name))).toEqual([]);
});

test('every decision has its number, its parts, and its line in the list of decisions', () => {
  const names = documents.filter((name) => /^docs\/adr\/(?!README)/.test(name));
  const list = read('docs/adr/README.md');
  expect(list.match(/^\d+\. /gm)).toHaveLength(names.length);
  names.forEach((name, index) => {
    const number = index + 1;
    expect(name).toMatch(new RegExp(`/${String(number).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    const text = read(name);
    const [, title = ''] = new RegExp(`^# ${number}\\. (.+)\n\nStatus: accepted`).exec(text) ?? [];
    expect(list, name).toContain(`${number}. [${title}](${basename(name)})`);
    expect(text.match(/^## .+$/gm), name).toEqual(['## Context', '## Decision', '## Consequences']);
  });
});

/** The actions by their names in a workflow, without the ref, and what reads their inputs. */
const actions: Readonly<Record<string, { readonly file: string; readonly reads?: typeof readRequest }>> = {
  'build-once/build-once': { file: 'action.yml', reads: readRequest },
  'build-once/build-once/claim': { file: 'claim/action.yml', reads: readClaimRequest },
  'build-once/build-once/publish': { file: 'publish/action.yml' },
  'build-once/build-once/prune': { file: 'prune/action.yml' },
};

function actionOf(step: Step | undefined): Partial<(typeof actions)[string]> {
  return actions[step?.uses?.split('@')[0] ?? ''] ?? {};
}

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: Step[] }>> };

// What was true of an older version is not made true again.
const recipes = documents.filter((document) => !['CHANGELOG.md', OTHER_CI, DEPLOYING].includes(document));
const blocks = recipes.flatMap((document) => [
  ...codeBlocks(document, 'ya?ml').map((text, index) => ({ name: `${document}, ${index + 1}`, text })),
  ...codeBlocks(document, 'diff')
    .map((text, index) => ({ name: `${document}, what becomes of diff ${index + 1}`, text: after(text) }))
    .filter(({ text }) => text.includes('uses: build-once/')),
]);

/** What a file has where `diff` was applied to it. */
function after(diff: string): string {
  return diff.replaceAll(/^-.*\n/gm, '').replaceAll(/^[ +]/gm, '');
}

describe.each(blocks)('the YAML of $name', ({ text }) => {
  const content = parse(text) as Step[] | Workflow;
  const steps = Array.isArray(content) ? content : Object.values(content.jobs).flatMap((job) => job.steps);
  const ours = steps.filter(({ uses }) => uses?.startsWith('build-once/build-once'));

  test('is steps of a job, or a workflow, with a step of ours', () => {
    expect(ours.length).toBeGreaterThan(0);
  });

  test('asks for no input that there is not, and for nothing that is refused', () => {
    for (const step of ours) {
      const { file, reads } = actionOf(step);
      const known = parse(read(file ?? '')) as { readonly inputs: object };
      expect(Object.keys(known.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
      reads?.(environment(step), facts);
    }
  });

  test('uses outputs of steps that are in it', () => {
    const ids = ours.map(({ id }) => id);
    for (const [, id, output = ''] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
      expect(ids).toContain(id);
      const { file } = actionOf(ours.find((step) => step.id === id));
      expect(file === 'claim/action.yml' ? ['claim', ...outputNames] : outputNames).toContain(output);
    }
  });
});

test('no document names a tag that does not exist', () => {
  const refs = documents
    .filter((document) => !/^(?:test|CHANGELOG)/.test(document))
    .flatMap((document) => [...read(document).matchAll(/uses: \S*build-once\/build-once[\w/]*@(\w[\w.]*)/g)])
    .map(([, ref]) => ref);
  expect(refs.length).toBeGreaterThan(20);
  expect(new Set(refs)).toEqual(new Set([UNRELEASED]));
});

test('there is a recipe for each kind of artifact, for a shared volume, for any steps and for a bound', () => {
  const all = blocks.map(({ text }) => text).join('\n');
  const wanted = [
    'run:',
    'url:',
    'repository:',
    'image:',
    'tool:',
    'root: /mnt',
    'max-in-flight:',
    'claim@',
    'publish@',
  ];
  for (const word of wanted) expect(all).toContain(word);
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
