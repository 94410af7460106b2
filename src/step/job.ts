import { hostname, tmpdir } from 'node:os';
import { sha256 } from '../base/digest.ts';
import { inOneLine } from '../base/format.ts';
import type { Who } from '../base/who.ts';
import type { JobProcess } from '../store/lease.ts';
import type { Env } from './inputs/read.ts';

/** Who runs this step. Every other job may read it. */
export function whoOf(env: Env): Who {
  const { GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB, RUNNER_NAME } = env;
  return {
    repository: shown(GITHUB_REPOSITORY),
    workflow: shown(GITHUB_WORKFLOW),
    job: shown(GITHUB_JOB),
    runUrl: shown(runUrlOf(env)),
    runner: shown(RUNNER_NAME),
    host: shown(hostname()),
  };
}

const LONGEST = 500;

/** In one line and not too long: what is longer, or has control characters, other jobs take for no record of ours. */
function shown(text = ''): string {
  return inOneLine(text, ' ').slice(0, LONGEST);
}

/** The page of the job if its number (`job.check_run_id`) is given, else of the run; empty outside of GitHub. */
function runUrlOf(env: Env): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = env;
  if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID) return '';
  const run = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  const checkRun = env['INPUT_CHECK-RUN-ID'];
  if (checkRun) return `${run}/job/${checkRun}`;
  return GITHUB_RUN_ATTEMPT ? `${run}/attempts/${GITHUB_RUN_ATTEMPT}` : run;
}

/**
 * The process that lives as long as the job: the runner starts each action as a child of its worker.
 * @param parentPid the worker
 */
export function workerOf(env: Env, parentPid: number): JobProcess {
  const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, RUNNER_NAME, RUNNER_TEMP, RUNNER_TRACKING_ID } = env;
  // Some runners give the jobs of a matrix equal values of all variables but RUNNER_TEMP.
  const words = [GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, RUNNER_NAME, RUNNER_TEMP, RUNNER_TRACKING_ID];
  const job = words.join('\0');
  let id: string | undefined;
  return {
    pid: parentPid,
    job,
    get id() {
      // Not computed by a hit, which does not need it: it takes 0.2 ms.
      id ??= sha256('job', job, hostname()).slice(0, 20);
      return id;
    },
  };
}

/** The job's own temporary folder. The runner empties it. */
export function tempOf(env: Env): string {
  return env.RUNNER_TEMP || tmpdir();
}
