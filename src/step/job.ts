import { hostname, tmpdir } from 'node:os';
import { sha256 } from '../base/digest.ts';
import { inOneLine } from '../base/format.ts';
import type { Who } from '../base/who.ts';
import type { JobProcess } from '../store/lease.ts';
import type { Env } from './inputs/read.ts';

/** By it the runner of Gitea names the container of a job, with the number of its task, but no job says which runner it has. */
const CONTAINER = 'JOB_CONTAINER_NAME';

/** Who runs this step. Every other job may read it. */
export function whoOf(env: Env): Who {
  const { GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB } = env;
  return {
    repository: recordable(GITHUB_REPOSITORY),
    workflow: recordable(GITHUB_WORKFLOW),
    job: recordable(GITHUB_JOB),
    runUrl: recordable(runUrlOf(env)),
    runner: recordable(env.RUNNER_NAME || env[CONTAINER]),
    host: recordable(hostname()),
  };
}

/** A name as records have it: with longer ones, or with control characters, they are not read. */
export function recordable(name = ''): string {
  return inOneLine(name.slice(0, 300), ' ');
}

/** The page of the job if its number (`job.check_run_id`) is given, else of the run; empty outside of GitHub and its like. */
function runUrlOf(env: Env): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = env;
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return '';
  const runs = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs`;
  const inForge = runInForge(env);
  if (inForge !== undefined) return `${runs}/${inForge}`;
  const checkRun = env['INPUT_CHECK-RUN-ID'];
  if (checkRun) return `${runs}/${GITHUB_RUN_ID}/job/${checkRun}`;
  return `${runs}/${GITHUB_RUN_ID}${GITHUB_RUN_ATTEMPT ? `/attempts/${GITHUB_RUN_ATTEMPT}` : ''}`;
}

/** What leads to the run on its page in a forge: its number in the repository, not its id; undefined: this is none. */
function runInForge(env: Env): string | undefined {
  const { FORGEJO_ACTIONS, GITHUB_RUN_NUMBER: number } = env;
  if (!number || !isForge(env)) return undefined;
  // Since Gitea 1.26 a number alone leads to the run that has it as its id, if there is one. Older ones ignore the query.
  return FORGEJO_ACTIONS === 'true' ? number : `${number}?by_index=1`;
}

/** Whether this is a job of Forgejo or Gitea, which set the variables of GitHub too. */
export function isForge({ FORGEJO_ACTIONS, GITEA_ACTIONS }: Env): boolean {
  return FORGEJO_ACTIONS === 'true' || GITEA_ACTIONS === 'true';
}

/**
 * The process that lives as long as the job: the runner starts each action as a child of its worker. The runners of Forgejo
 * and Gitea are one process for all their jobs.
 * @param parentPid the worker
 */
export function workerOf(env: Env, parentPid: number): JobProcess {
  const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, RUNNER_NAME, RUNNER_TEMP, RUNNER_TRACKING_ID } = env;
  const run = [GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB];
  // Some runners give the jobs of a matrix equal values of all variables but one of these.
  const words = [...run, RUNNER_NAME, RUNNER_TEMP, RUNNER_TRACKING_ID, env[CONTAINER]];
  const job = words.join('\0');
  return { pid: parentPid, job, id: sha256('job', job, hostname()).slice(0, 20), runsMany: isForge(env) };
}

/** The job's own temporary folder. The runner empties it. */
export function tempOf(env: Env): string {
  return env.RUNNER_TEMP || tmpdir();
}
