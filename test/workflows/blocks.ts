import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DEPLOYING, OTHER_CI } from '../harness/markdown.ts';

// The YAML that the documents of this repository show, as workflows.

const ROOT = join(import.meta.dirname, '../..');

export interface Block {
  readonly document: string;
  /** What it stands below; with a number where others do too. */
  readonly heading: string;
  readonly text: string;
}

/** Every YAML block of every document that shows workflows. */
export function blocks(): Block[] {
  const documents = globSync('**/*.md', { cwd: ROOT, exclude: ['node_modules', OTHER_CI, DEPLOYING] }).sort();
  const seen = new Map<string, number>();
  return documents
    .flatMap((document) => blocksIn(document))
    .map((block) => {
      const number = (seen.get(block.heading) ?? 0) + 1;
      seen.set(block.heading, number);
      return number === 1 ? block : { ...block, heading: `${block.heading} (${number})` };
    });
}

function blocksIn(document: string): Block[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const found = text.matchAll(/^(?<indent> *)```ya?ml\n(?<lines>[\s\S]*?)^\k<indent>```$/gm);
  return Array.from(found, ({ index, groups: { indent = '', lines = '' } = {} }) => ({
    document,
    heading: lastHeading(text.slice(0, index)),
    text: lines.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

function lastHeading(text: string): string {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '';
}

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly [more: string]: unknown;
}

interface Job {
  readonly steps: readonly Step[];
  readonly [more: string]: unknown;
}

export interface Workflow {
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A block as a workflow: it is one, or its steps become its only job, `job`. Each job has what is around it besides. */
export function asWorkflow(text: string, around: Around): Workflow {
  const parsed = parse(text) as readonly Step[] | Workflow;
  const { before = [], after = [] } = around;
  const steps = (own: readonly Step[]) => [...before, ...own, ...after];
  if (isSteps(parsed)) return { on: 'push', jobs: { job: { 'runs-on': 'self-hosted', steps: steps(parsed) } } };
  const jobs = Object.entries(parsed.jobs).map(([id, job]) => [id, { ...job, steps: steps(job.steps) }] as const);
  return { ...parsed, jobs: Object.fromEntries(jobs) };
}

function isSteps(parsed: readonly Step[] | Workflow): parsed is readonly Step[] {
  return Array.isArray(parsed);
}

/** What each job of a block has besides. */
export interface Around {
  readonly before?: readonly Step[];
  readonly after?: readonly Step[];
}

/** Ids or numbers of the steps that make artifacts, by the ids of their jobs. */
export function ownSteps({ jobs }: Workflow): [job: string, step: string][] {
  return Object.entries(jobs).flatMap(([job, { steps }]) =>
    steps.flatMap(({ id, uses = '' }, index): [string, string][] =>
      uses.startsWith('build-once/build-once') && !uses.includes('/prune@') ? [[job, id ?? `${index}`]] : [],
    ),
  );
}
