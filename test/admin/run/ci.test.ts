import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryName, surroundings } from '../../../src/admin/run/ci.ts';
import { realPath } from '../../../src/step/inputs/paths.ts';
import { tempDir } from '../../harness/job/job.ts';
import { systems } from './systems.ts';

const host = hostname();

test.each(systems)('$name says who runs here', ({ env, scope, server, who }) => {
  expect(surroundings(env, '/work')).toEqual({ scope, server, who: { workflow: '', ...who, host } });
});

test('a system that does not say which repository it is is none', () => {
  const folder = realPath(tempDir());
  for (const env of [
    {},
    { GITHUB_ACTIONS: 'true' },
    { GITLAB_CI: 'true' },
    { BUILDKITE: 'true' },
    { JENKINS_URL: 'x' },
  ]) {
    expect(surroundings(env, folder).scope).toBe(`${host}:${folder}`);
  }
});

test('Jenkins without git, and Buildkite without a repository, are told apart by their jobs', () => {
  const jenkins = { JENKINS_URL: 'https://ci.example/jenkins/', JOB_NAME: 'sdk/nightly' };
  expect(surroundings(jenkins, '/work').scope).toBe('ci.example/jenkins/sdk/nightly');
  const unnamed = { JENKINS_HOME: '/var/lib/jenkins', JOB_NAME: 'sdk/nightly' };
  expect(surroundings(unnamed, '/work').scope).toBe(`${host}/sdk/nightly`);
  const buildkite = { BUILDKITE: 'true', BUILDKITE_ORGANIZATION_SLUG: 'octo', BUILDKITE_PIPELINE_SLUG: 'app' };
  expect(surroundings(buildkite, '/work').scope).toBe('buildkite.com/octo/app');
});

test('a folder is of the checkout that it is in, whose git folder may be a file, or of itself', () => {
  const folder = realPath(tempDir());
  const inner = join(folder, 'a/b');
  mkdirSync(inner, { recursive: true });
  expect(surroundings({}, inner)).toMatchObject({ scope: `${host}:${inner}`, who: { repository: inner } });
  mkdirSync(join(folder, '.git'));
  expect(surroundings({}, inner).scope).toBe(`${host}:${folder}`);
});

describe('the name of a repository', () => {
  test.each([
    ['https://github.com/octo/app.git', 'github.com/octo/app'],
    ['https://GitHub.com/octo/app/', 'github.com/octo/app'],
    ['https://user:s3cret@git.example:8443/a/b/c.git?x#y', 'git.example:8443/a/b/c'],
    ['git@github.com:octo/app.git', 'github.com/octo/app'],
    ['ssh://git@github.com/octo/app', 'github.com/octo/app'],
    ['ssh://git@git.example:2222/octo/app.git', 'git.example:2222/octo/app'],
    ['/srv/git/app.git', `${host}/srv/git/app`],
    ['file:///srv/git/app.git', `${host}/srv/git/app`],
  ])('%s is %s', (url, name) => {
    expect(repositoryName(url)).toBe(name);
  });
});
