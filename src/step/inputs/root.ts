import { isAbsolute } from 'node:path';
import type { Problem } from './problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the runner says its tool cache is, in this order. */
const CACHE_VARIABLES = ['RUNNER_TOOL_CACHE', 'RUNNER_TOOLSDIRECTORY', 'AGENT_TOOLSDIRECTORY'] as const;
/** Where the root is looked for, in this order, if no input names one. */
export const ROOT_VARIABLES = ['BUILD_ONCE_ROOT', ...CACHE_VARIABLES] as const;

/** The runner's tool cache; undefined if no variable names one. */
export function toolCacheOf(env: Env): string | undefined {
  return firstOf(CACHE_VARIABLES, env)?.value;
}

/** The root if no input names one. If no variable names one either, or not an absolute path, adds to `problems`. */
export function rootOf(env: Env, problems: Problem[]): string {
  const instead =
    'Set RUNNER_TOOL_CACHE to a folder that all runners of the host share, or write an absolute path as root';
  const found = firstOf(ROOT_VARIABLES, env);
  if (found === undefined) {
    const wrong = `is missing, and none of ${ROOT_VARIABLES.join(', ')} is set`;
    problems.push({ name: 'root', value: undefined, wrong, instead });
    return '';
  }
  if (!isAbsolute(found.value)) problems.push({ ...found, wrong: 'is not an absolute path', instead });
  return found.value;
}

function firstOf(names: readonly string[], env: Env): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = env[name];
    if (value) return { name, value };
  }
  return undefined;
}
