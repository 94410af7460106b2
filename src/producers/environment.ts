import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { searchPath } from '../host/search-path.ts';
import type { Environment } from './producer.ts';

const windows = process.platform === 'win32';
/** Inputs and state of this action, and the tokens for the runner's services. */
const PRIVATE = new RegExp('^(?:INPUT_|STATE_|ACTIONS_|GITHUB_STATE$)', windows ? 'i' : '');

/** The job's environment for a program that this action starts, without what is private to the action and the runner. */
export function withoutPrivate(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !PRIVATE.test(name)));
}

/** Full path of a program in the folders of PATH; undefined if there is none. */
export function findProgram(program: string, env: Environment): string | undefined {
  const folders = (searchPath(env) ?? '').split(delimiter).filter(Boolean);
  const names = windows ? [`${program}.exe`, `${program}.cmd`] : [program];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
