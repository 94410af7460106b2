import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Who } from '../../base/who.ts';
import { realPath } from '../../step/inputs/paths.ts';
import type { Env } from '../../step/inputs/read.ts';
import { recordable, whoOf } from '../../step/job.ts';

/** What a CI system says about a job, by its variables. */
export interface Surroundings {
  /** Who shares a key, unless `--scope` says. Two repositories never have the same. */
  readonly scope: string;
  /** Where a repository `owner/name` is; undefined: on GitHub. */
  readonly server: string | undefined;
  readonly who: Who;
}

/** The CI system that this process runs in, or the checkout that it was started in. */
export function surroundings(env: Env, folder: string): Surroundings {
  return github(env) ?? gitlab(env) ?? buildkite(env) ?? jenkins(env) ?? checkout(folder);
}

/** The scope is that of the action, so that a step of a workflow and a script of it share a build. */
function github(env: Env): Surroundings | undefined {
  const { GITHUB_ACTIONS, GITHUB_REPOSITORY: scope, GITHUB_SERVER_URL: server } = env;
  if (GITHUB_ACTIONS !== 'true' || !scope) return undefined;
  return { scope, server, who: whoOf(env) };
}

function gitlab(env: Env): Surroundings | undefined {
  const { CI_PROJECT_URL, CI_PROJECT_PATH, CI_PIPELINE_NAME, CI_JOB_NAME, CI_JOB_URL, CI_RUNNER_DESCRIPTION } = env;
  if (!env.GITLAB_CI || !CI_PROJECT_URL) return undefined;
  const who = whoIs(CI_PROJECT_PATH, CI_PIPELINE_NAME, CI_JOB_NAME, CI_JOB_URL, CI_RUNNER_DESCRIPTION);
  return { scope: repositoryName(CI_PROJECT_URL), server: env.CI_SERVER_URL, who };
}

function buildkite(env: Env): Surroundings | undefined {
  const { BUILDKITE_ORGANIZATION_SLUG: organization, BUILDKITE_PIPELINE_SLUG: pipeline, BUILDKITE_REPO } = env;
  if (!env.BUILDKITE || !pipeline) return undefined;
  const { BUILDKITE_LABEL, BUILDKITE_STEP_KEY, BUILDKITE_BUILD_URL: page, BUILDKITE_JOB_ID: job } = env;
  const url = page && job ? `${page}#${job}` : page;
  const name = `${organization}/${pipeline}`;
  const who = whoIs(name, '', BUILDKITE_LABEL || BUILDKITE_STEP_KEY, url, env.BUILDKITE_AGENT_NAME);
  return { scope: BUILDKITE_REPO ? repositoryName(BUILDKITE_REPO) : `buildkite.com/${name}`, server: undefined, who };
}

function jenkins(env: Env): Surroundings | undefined {
  const { JENKINS_HOME, JENKINS_URL, JOB_NAME, STAGE_NAME, BUILD_URL, NODE_NAME, GIT_URL } = env;
  // It knows its own address only where somebody has set that.
  if (!(JENKINS_URL || JENKINS_HOME) || !JOB_NAME) return undefined;
  const who = whoIs(JOB_NAME, '', STAGE_NAME, BUILD_URL, NODE_NAME);
  return {
    scope: repositoryName(GIT_URL || `${JENKINS_URL?.replace(/\/$/, '') ?? ''}/${JOB_NAME}`),
    server: undefined,
    who,
  };
}

function checkout(folder: string): Surroundings {
  const path = checkoutOf(realPath(folder));
  // Other hosts may have another repository at that path.
  return { scope: `${hostname()}:${path}`, server: undefined, who: whoIs(path, '', '', '', '') };
}

/** The nearest folder above that git knows, or the folder itself. */
function checkoutOf(folder: string, above = folder): string {
  if (existsSync(join(above, '.git'))) return above;
  return dirname(above) === above ? folder : checkoutOf(folder, dirname(above));
}

/**
 * `host/path` of the URL of a repository, in whichever of its forms it is written. A user name and a password in it are left
 * out. A path of this host gets its name.
 */
export function repositoryName(url: string): string {
  const [, address = '', path = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/([^/]+)\/+(.*)$/i.exec(url) ?? /^([^/]+?):(?!\/\/)(.*)$/.exec(url) ?? [];
  const host = (address.split('@').at(-1) ?? '').toLowerCase() || hostname();
  return `${host}/${withoutEnd(address === '' ? url.replace(/^file:\/\//i, '') : path)}`;
}

function withoutEnd(path: string): string {
  return path
    .replace(/[?#].*$/s, '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
}

function whoIs(repository = '', workflow = '', job = '', runUrl = '', runner = ''): Who {
  const names = { repository, workflow, job, runUrl, runner, host: hostname() };
  return Object.fromEntries(Object.entries(names).map(([name, text]) => [name, recordable(text)])) as unknown as Who;
}
