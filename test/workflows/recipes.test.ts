import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { dockerForTests } from '../harness/servers/docker-daemon.ts';
import { asWorkflow, type Block, blocks, ownSteps, type Workflow } from './blocks.ts';
import { Pool, type Run, workflowTest } from './pool.ts';
import { FIRST, llvm, REPOSITORY, type Recipe, recipes } from './recipes.ts';

const { daemon, why } = await dockerForTests();

afterAll(() => daemon?.stop());

const all = blocks();

test('every YAML block of every document has what it needs to be run', () => {
  expect(all.length).toBeGreaterThan(0);
  const without = all.filter(({ heading }) => recipes[heading] === undefined);
  const told = without.map(({ document, heading }) => `${document}: below "${heading}"`);
  expect(told, 'These YAML blocks are not run: add a recipe for each to test/workflows/recipes.ts').toEqual([]);
});

test('every recipe is for a block that is there', () => {
  const headings = all.map(({ heading }) => heading);
  expect(Object.keys(recipes).filter((heading) => !headings.includes(heading))).toEqual([]);
});

for (const block of all) {
  const recipe = recipes[block.heading];
  if (recipe === undefined) continue;
  const only = recipe.docker && daemon === undefined ? why.replace('skipped', 'looked at only') : '';
  workflowTest(`${block.document} runs as it is shown: ${block.heading}${only}`, () => run(block, recipe, only !== ''));
}

/** Runs a block that makes no artifact, in a pool that has one. */
async function runBeside({ text }: Block, says: string): Promise<void> {
  const pool = new Pool(REPOSITORY);
  const first = await pool.run(stringify(asWorkflow(stringify([llvm()]), { before: FIRST })));
  expect(first.code, first.log).toBe(0);
  const workflow = asWorkflow(text, { before: FIRST });
  expect(ownSteps(workflow)).toEqual([]);
  const run = await pool.run(stringify(workflow), { event: eventOf(workflow) });
  expect(run.code, run.log).toBe(0);
  expect(run.log).toContain(says);
}

/** Runs a block twice: of its artifacts each is built once, by one of its jobs, and reused the second time. */
async function run(block: Block, recipe: Recipe, validate: boolean): Promise<void> {
  if (recipe.says !== undefined) return runBeside(block, recipe.says);
  const { instead = {}, env = {} } = (await recipe.prepare?.()) ?? {};
  const before = [...FIRST, ...(recipe.before ?? [])];
  const workflow = asWorkflow(replaced(block.text, instead), { ...recipe, before });
  const steps = ownSteps(workflow);
  expect(steps).not.toEqual([]);
  const options = { env: { ...daemon?.env, ...env }, event: eventOf(workflow), validate };
  const pool = new Pool(REPOSITORY);

  const first = await pool.run(stringify(workflow), options);
  expect(first.code, first.log).toBe(0);
  if (validate) return;
  const results = outputsOf(first, steps, 'result');
  expect(
    results.filter((result) => !['built', 'claimed', 'waited', 'reused'].includes(result)),
    first.log,
  ).toEqual([]);
  const built = outputsOf(first, steps, 'built').filter((value) => value === 'true');
  expect(built.length, first.log).toBe(new Set(outputsOf(first, steps, 'key')).size);

  const second = await pool.run(stringify(workflow), options);
  expect(second.code, second.log).toBe(0);
  expect(new Set(outputsOf(second, steps, 'result')), second.log).toEqual(new Set(['reused']));
}

function replaced(text: string, instead: Readonly<Record<string, string>>): string {
  for (const word of Object.keys(instead)) expect(text).toContain(word);
  return Object.entries(instead).reduce((before, [word, other]) => before.replaceAll(word, other), text);
}

function eventOf({ on }: Workflow): string {
  if (typeof on === 'string') return on;
  const [first = 'push'] = Array.isArray(on) ? on : Object.keys(on as object);
  return first;
}

/** One output of all steps in all jobs. */
function outputsOf(run: Run, steps: readonly [job: string, step: string][], name: string): string[] {
  return steps.flatMap(([job, step]) => run.jobs(job).map((each) => each.step(step).outputs[name] ?? 'nothing'));
}
