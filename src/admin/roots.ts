import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ROOT_VARIABLES } from '../step/inputs/root.ts';
import { versionDir } from '../store/layout.ts';
import { userCache } from './user-cache.ts';
import { BadUsage } from './verb.ts';

/**
 * The shared roots that a verb works on: those that were given, else the one that the action would take, or that `run` made for this
 * person.
 * @param most how many may be given
 * @throws BadUsage when there are none, or too many
 */
export function rootsOf(given: readonly string[], most: 1 | 2): readonly string[] {
  const times = most === 1 ? 'once' : 'twice';
  if (given.length > most) throw new BadUsage(`--root is given more than ${times}`);
  if (given.includes('')) throw new BadUsage('--root is empty');
  if (given.length > 0) return given.map((root) => resolve(root));
  const usual = usualRoot();
  if (usual !== undefined) return [usual];
  throw new BadUsage(`--root is missing, and none of ${ROOT_VARIABLES.join(', ')} is set`);
}

/** The shared root where none is given; undefined: there is none. */
export function usualRoot(): string | undefined {
  const found = ROOT_VARIABLES.map((name) => process.env[name]).find(Boolean);
  if (found !== undefined) return found;
  const own = userCache(process.env);
  return own !== undefined && existsSync(versionDir(own)) ? own : undefined;
}
