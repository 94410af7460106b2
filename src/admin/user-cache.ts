import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../step/inputs/read.ts';

/**
 * The folder that is the shared cache of a person, where nothing names another one.
 * @returns undefined in a job of a CI system: there, nobody would look for it in the home of a user
 */
export function userCache(env: Env, os: NodeJS.Platform = process.platform): string | undefined {
  return isCi(env) ? undefined : join(env.XDG_CACHE_HOME || placeOf(os, env.LOCALAPPDATA), 'build-once');
}

function isCi({ CI, GITHUB_ACTIONS, GITLAB_CI, BUILDKITE, JENKINS_URL, JENKINS_HOME }: Env): boolean {
  const said = [CI, GITHUB_ACTIONS, GITLAB_CI, BUILDKITE, JENKINS_URL, JENKINS_HOME];
  return said.some((value) => !['', 'false', undefined].includes(value));
}

function placeOf(os: NodeJS.Platform, localData: string | undefined): string {
  if (os === 'win32' && localData) return localData;
  return join(homedir(), os === 'darwin' ? 'Library/Caches' : '.cache');
}
