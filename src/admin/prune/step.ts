import { OnceError } from '../../base/errors.ts';
import type { Env } from '../../step/inputs/read.ts';
import { rootOf } from '../../step/inputs/root.ts';
import { BadValue, boolean } from '../../step/inputs/values.ts';
import type { Lifetime } from '../../step/lifetime.ts';
import { writeOutputs } from '../../step/report/ending.ts';
import { runnerReporter } from '../../step/report/reporter.ts';
import { runToEnd } from '../../step/run-to-end.ts';
import { BadUsage } from '../verb.ts';
import { type Limits, limitsOf } from './limits.ts';
import { pruneRoot } from './pruning.ts';
import { writeSummary } from './summary.ts';
import { bytesOf, linesOf, notMet } from './tell.ts';

/** Every input of the action `prune`, in the order of its `action.yml`. */
export const pruneInputs = ['root', 'max-size', 'max-age', 'unused', 'min-free', 'keep', 'grace', 'dry-run'] as const;

/** Every output of it. */
export const pruneOutputs = ['removed-builds', 'freed-bytes'] as const;

/** Runs the step of the action `prune`. */
export function runPruneStep(): Promise<never> {
  return runToEnd((lifetime) => prune(process.env, lifetime));
}

async function prune(env: Env, { signal }: Lifetime): Promise<undefined> {
  const { root, limits, dryRun } = readInputs(env);
  const reporter = runnerReporter(env.RUNNER_DEBUG === '1');
  const pruned = await pruneRoot(root, limits, { dryRun, signal });
  const { account, unmet } = pruned;
  for (const line of linesOf(account, dryRun)) reporter.info(line);
  if (unmet !== undefined) reporter.warn(notMet(unmet));
  const outputs = [`${account.removed.length}`, `${bytesOf(account)}`];
  writeOutputs(Object.fromEntries(pruneOutputs.map((name, index) => [name, outputs[index] ?? ''])), env);
  writeSummary(pruned, { root, dryRun }, env, reporter);
  // What was removed until then is told.
  signal.throwIfAborted();
}

interface Inputs {
  readonly root: string;
  readonly limits: Limits;
  readonly dryRun: boolean;
}

/** @throws OnceError BAD_INPUT */
function readInputs(env: Env): Inputs {
  const text = (name: (typeof pruneInputs)[number]) => env[`INPUT_${name.toUpperCase()}`]?.trim() || undefined;
  const {
    root: given,
    keep,
    'dry-run': dryRun,
    ...limits
  } = Object.fromEntries(pruneInputs.map((name) => [name, text(name)])) as Record<
    (typeof pruneInputs)[number],
    string | undefined
  >;
  return {
    root: given ?? rootIn(env),
    limits: asInputs(() => limitsOf({ ...limits, keep: keep?.split(/\s*\n\s*/) ?? [] })),
    dryRun: asInputs(() => dryRun !== undefined && boolean(dryRun), 'dry-run: '),
  };
}

function rootIn(env: Env): string {
  const problems: Parameters<typeof rootOf>[1] = [];
  const root = rootOf(env, problems);
  const [problem] = problems;
  if (problem === undefined) return root;
  throw new OnceError('BAD_INPUT', `${problem.name}: ${problem.wrong}. ${problem.instead}.`);
}

/** The same values are options of the command line. */
function asInputs<T>(read: () => T, start = ''): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadUsage || error instanceof BadValue)) throw error;
    throw new OnceError('BAD_INPUT', `${start}${error.message.replace(/^--/, '')}.`);
  }
}
