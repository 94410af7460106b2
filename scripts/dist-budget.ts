import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * How many bytes each file of dist/ may have: about 7 % more than it had when its line was last changed. Every step reads
 * and parses what it loads: 10 kB of main.js are about 1 % of a hit.
 */
const budgets: Readonly<Record<string, number>> = {
  'cli.js': 300,
  'cold.js': 112_000,
  'commands.js': 17_100,
  'exec.js': 21_000,
  'host-remove-apart.js': 790,
  'main.js': 126_600,
  'probe.js': 1670,
  'producers-causes.js': 1300,
  'producers-git-checkout.js': 9400,
  'producers-git-look-up.js': 8100,
  'producers-git-producer.js': 2500,
  'producers-image-build.js': 6700,
  'producers-image-producer.js': 5060,
  'producers-image-recipe.js': 8000,
  'producers-left-nothing.js': 2250,
  'producers-steps.js': 1000,
  'producers-url-producer.js': 52_400,
  'producers-url-zip.js': 47_000,
  'remote-pool-redis-pool.js': 400_000,
  'remote-source.js': 13_700,
  'step-deliver-beside.js': 7550,
  'step-deliver-copy.js': 4000,
  'step-deliver-deliver.js': 2200,
  'step-deliver-link.js': 2050,
  'step-deliver-runner-files.js': 3500,
  'store-journal-start-day.js': 1090,
  'store-tool-adopt.js': 4200,
  'store-tree-copy.js': 10_700,
  'store-tree-digest.js': 2250,
  'store-verify.js': 1850,
  'tool.js': 9500,
  'tree.js': 11_000,
  'workspace.js': 2350,
  'carry/carry.js': 51_000,
  'carry/remote-transfer-actions-cache.js': 2_050_000,
  'cli/admin-report-html-as-html.js': 17_200,
  'cli/cold.js': 93_500,
  'cli/command.js': 25_000,
  'cli/commands.js': 17_900,
  'cli/exec.js': 21_500,
  'cli/host-remove-apart.js': 770,
  'cli/probe.js': 1700,
  'cli/producers-causes.js': 1300,
  'cli/producers-git-checkout.js': 9850,
  'cli/producers-git-look-up.js': 8550,
  'cli/producers-git-producer.js': 2550,
  'cli/producers-image-build.js': 6800,
  'cli/producers-image-producer.js': 5100,
  'cli/producers-image-recipe.js': 8100,
  'cli/producers-left-nothing.js': 2250,
  'cli/producers-steps.js': 1000,
  'cli/producers-url-producer.js': 52_500,
  'cli/producers-url-zip.js': 47_500,
  'cli/prune.js': 150,
  'cli/remote-pool-redis-pool.js': 400_000,
  'cli/remote-source.js': 13_700,
  'cli/rolldown-runtime.js': 1650,
  'cli/run.js': 126_000,
  'cli/step-deliver-beside.js': 7600,
  'cli/step-deliver-copy.js': 4050,
  'cli/step-deliver-deliver.js': 2300,
  'cli/step-deliver-link.js': 2100,
  'cli/step-deliver-runner-files.js': 3500,
  'cli/store-journal-start-day.js': 1090,
  'cli/store-tool-adopt.js': 4350,
  'cli/store-tree-copy.js': 10_700,
  'cli/store-tree-digest.js': 2200,
  'cli/store-verify.js': 1900,
  'cli/tool.js': 9750,
  'cli/tree.js': 11_000,
  'cli/verbs.js': 158_000,
  'cli/workspace.js': 2400,
  'guard/claim-post.js': 150,
  'guard/claim.js': 300,
  'guard/cold.js': 112_000,
  'guard/commands.js': 17_000,
  'guard/exec.js': 21_000,
  'guard/host-remove-apart.js': 770,
  'guard/hot.js': 145_000,
  'guard/keeper.js': 150,
  'guard/nothing.js': 150,
  'guard/producers-causes.js': 1300,
  'guard/producers-image-build.js': 6700,
  'guard/producers-image-producer.js': 6600,
  'guard/producers-image-recipe.js': 8000,
  'guard/producers-steps.js': 1000,
  'guard/publish.js': 150,
  'guard/remote-pool-redis-pool.js': 400_000,
  'guard/remote-source.js': 13_700,
  'guard/rolldown-runtime.js': 1600,
  'guard/store-journal-start-day.js': 1090,
  'guard/store-tool-adopt.js': 4200,
  'guard/store-tree-copy.js': 10_700,
  'guard/store-tree-digest.js': 2050,
  'guard/store-verify.js': 1850,
  'guard/tool.js': 7900,
  'guard/tree.js': 11_000,
};

/** What starts by itself, with the files that it loads before it does anything: all that a plain hit reads. */
const starts: Readonly<Record<string, readonly string[]>> = {
  'carry/carry.js': [],
  'cli.js': ['cli/command.js', 'cli/rolldown-runtime.js'],
  'cli/prune.js': [
    'cli/command.js',
    'cli/rolldown-runtime.js',
    'cli/run.js',
    'cli/tool.js',
    'cli/tree.js',
    'cli/verbs.js',
  ],
  'main.js': [],
  'guard/claim-post.js': ['guard/hot.js'],
  'guard/claim.js': ['guard/hot.js'],
  'guard/keeper.js': ['guard/hot.js'],
  'guard/publish.js': ['guard/hot.js'],
};

/** What is wrong with the sizes of the files in a folder such as dist/, and with what its executables load at their start. */
export function overBudget(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.js'))
    .sort();
  const gone = Object.keys(budgets).filter((name) => !names.includes(name));
  return [
    ...names.flatMap((name) => sizeProblem(name, statSync(join(folder, name)).size)),
    ...gone.map((name) => `dist/${name}: has a budget and is not there. Take its line out of scripts/dist-budget.ts.`),
    ...Object.entries(starts).flatMap(([name, wanted]) => startProblem(folder, name, wanted)),
  ];
}

function sizeProblem(name: string, size: number): string[] {
  const budget = budgets[name];
  if (budget === undefined) {
    const todo = 'Give it a line in scripts/dist-budget.ts, or keep its code in a file that is loaded with it anyway';
    return [`dist/${name}: ${size} bytes, and no budget. ${todo}.`];
  }
  if (size <= budget) return [];
  const todo = 'Find out what came in (npm run build prints the sizes), and load lazily what not every step needs';
  return [`dist/${name}: ${size} bytes, ${size - budget} above its budget of ${budget}. ${todo}; or raise the budget.`];
}

function startProblem(folder: string, name: string, wanted: readonly string[]): string[] {
  if (!existsSync(join(folder, name))) return [];
  const loaded = loadedBy(folder, name).sort();
  if (loaded.join() === [...wanted].sort().join()) return [];
  const list = (names: readonly string[]) => names.join(', ') || 'nothing';
  const todo = 'Import lazily what came in, or change its line in scripts/dist-budget.ts';
  return [`dist/${name}: loads ${list(loaded)} at its start, and not ${list(wanted)} beside itself. ${todo}.`];
}

/** All files of ours that Node loads with this one, by static imports. */
function loadedBy(folder: string, name: string, seen = new Set<string>()): string[] {
  const text = readFileSync(join(folder, name), 'utf8');
  for (const [, path = ''] of text.matchAll(/^(?:import|export)\b(?:[^'"();]*\bfrom)?\s*"(\.{1,2}\/[^"]+)";?$/gm)) {
    const imported = join(dirname(name), path).replaceAll('\\', '/');
    if (seen.has(imported)) continue;
    seen.add(imported);
    loadedBy(folder, imported, seen);
  }
  return [...seen].filter((each) => each !== name);
}
