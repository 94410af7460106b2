// What each CI system sets in the environment of a job, as far as it is read, by its public documents:
// https://docs.gitlab.com/ci/variables/predefined_variables, https://buildkite.com/docs/pipelines/environment-variables,
// https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables,
// https://forgejo.org/docs/latest/user/actions/reference.

interface System {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly scope: string;
  readonly server?: string;
  readonly who: Readonly<Record<string, string>>;
}

const github = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'octo/app',
  GITHUB_WORKFLOW: 'ci',
  GITHUB_JOB: 'build',
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_NUMBER: '12',
  GITHUB_RUN_ATTEMPT: '1',
  RUNNER_NAME: 'runner-3',
};

const whoOnGithub = { repository: 'octo/app', workflow: 'ci', job: 'build', runner: 'runner-3' };

export const systems: readonly System[] = [
  {
    name: 'GitLab',
    env: {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_SERVER_URL: 'https://gitlab.example',
      CI_PROJECT_URL: 'https://gitlab.example/team/app',
      CI_PROJECT_PATH: 'team/app',
      CI_JOB_NAME: 'sdk 1/4',
      CI_JOB_URL: 'https://gitlab.example/team/app/-/jobs/7',
      CI_RUNNER_DESCRIPTION: 'shared-3',
    },
    scope: 'gitlab.example/team/app',
    server: 'https://gitlab.example',
    who: {
      repository: 'team/app',
      job: 'sdk 1/4',
      runUrl: 'https://gitlab.example/team/app/-/jobs/7',
      runner: 'shared-3',
    },
  },
  {
    name: 'Buildkite',
    env: {
      CI: 'true',
      BUILDKITE: 'true',
      BUILDKITE_ORGANIZATION_SLUG: 'octo',
      BUILDKITE_PIPELINE_SLUG: 'app-tests',
      BUILDKITE_REPO: 'git@github.com:octo/app.git',
      BUILDKITE_LABEL: ':hammer: sdk',
      BUILDKITE_STEP_KEY: 'sdk',
      BUILDKITE_BUILD_URL: 'https://buildkite.com/octo/app-tests/builds/12',
      BUILDKITE_JOB_ID: '0190-4f',
      BUILDKITE_AGENT_NAME: 'agent-3',
    },
    scope: 'github.com/octo/app',
    who: {
      repository: 'octo/app-tests',
      job: ':hammer: sdk',
      runUrl: 'https://buildkite.com/octo/app-tests/builds/12#0190-4f',
      runner: 'agent-3',
    },
  },
  {
    name: 'Jenkins',
    env: {
      JENKINS_HOME: '/var/lib/jenkins',
      JENKINS_URL: 'https://ci.example/',
      JOB_NAME: 'app/main',
      STAGE_NAME: 'sdk',
      BUILD_URL: 'https://ci.example/job/app/job/main/12/',
      NODE_NAME: 'linux-3',
      GIT_URL: 'https://git.example/octo/app.git',
    },
    scope: 'git.example/octo/app',
    who: {
      repository: 'app/main',
      job: 'sdk',
      runUrl: 'https://ci.example/job/app/job/main/12/',
      runner: 'linux-3',
    },
  },
  {
    name: 'Forgejo',
    env: { ...github, FORGEJO_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://code.example' },
    scope: 'octo/app',
    server: 'https://code.example',
    who: { ...whoOnGithub, runUrl: 'https://code.example/octo/app/actions/runs/12' },
  },
  {
    name: 'Gitea',
    env: { ...github, GITEA_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://code.example' },
    scope: 'octo/app',
    server: 'https://code.example',
    who: { ...whoOnGithub, runUrl: 'https://code.example/octo/app/actions/runs/12?by_index=1' },
  },
  {
    name: 'Gitea, in a container,',
    env: {
      ...github,
      GITEA_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://code.example',
      RUNNER_NAME: '',
      JOB_CONTAINER_NAME: 'GITEA-ACTIONS-TASK-71_WORKFLOW-ci_JOB-build-2',
    },
    scope: 'octo/app',
    server: 'https://code.example',
    who: {
      ...whoOnGithub,
      runner: 'GITEA-ACTIONS-TASK-71_WORKFLOW-ci_JOB-build-2',
      runUrl: 'https://code.example/octo/app/actions/runs/12?by_index=1',
    },
  },
  {
    name: 'GitHub',
    env: { ...github, GITHUB_SERVER_URL: 'https://github.com' },
    scope: 'octo/app',
    server: 'https://github.com',
    who: { ...whoOnGithub, runUrl: 'https://github.com/octo/app/actions/runs/4711/attempts/1' },
  },
];
