import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { searchPath } from '../host/search-path.ts';
import type { Environment } from './producer.ts';

const windows = process.platform === 'win32';
/** Inputs and state of this action, and the tokens with which the runner's services are reached. */
const PRIVATE = new RegExp('^(?:INPUT_|STATE_|ACTIONS_|GITHUB_STATE$)', windows ? 'i' : '');

/** The job's environment for a program that we start: without what belongs to this action and the runner alone. */
export function withoutPrivate(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !PRIVATE.test(name)));
}

/** Full path of a program in the folders of PATH, looked up without starting anything. */
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
