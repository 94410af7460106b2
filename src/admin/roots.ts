import { resolve } from 'node:path';
import type { Env } from '../step/inputs/read.ts';
import { ROOT_VARIABLES } from '../step/inputs/root.ts';
import { BadUsage } from './usage.ts';

/**
 * The shared roots that a verb works on: those that were given, else the one that the action would take.
 * @param most how many may be given
 * @throws BadUsage when there are none, or too many
 */
export function rootsOf(given: readonly string[], env: Env, most: number): readonly string[] {
  const times = most === 1 ? 'once' : 'twice';
  if (given.length > most) throw new BadUsage(`--root is given more than ${times}`);
  if (given.includes('')) throw new BadUsage('--root is empty');
  if (given.length > 0) return given.map((root) => resolve(root));
  const variable = ROOT_VARIABLES.find((name) => env[name]);
  const found = variable === undefined ? undefined : env[variable];
  if (found === undefined) throw new BadUsage(`--root is missing, and none of ${ROOT_VARIABLES.join(', ')} is set`);
  return [found];
}
