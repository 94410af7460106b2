// node scripts/tour.ts: makes docs/tour.html, the page that `build-once report --format html` makes of a real run. Some jobs
// build, wait, take over from a dead one, fail, and wait for slots. Takes half a minute.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job } from '../demo/job.ts';

const PAGE = join(import.meta.dirname, '../docs/tour.html');
const CLI = join(import.meta.dirname, '../dist/cli.js');
const LARGEST = 100_000;

/** What stands in the page for the root and the host of this run, which are nobody's business. */
const SHOWN = { root: '/opt/ci-cache', host: 'ci-host-1' };

const temp = mkdtempSync(join(tmpdir(), 'build-once-tour-'));
const root = join(temp, 'cache');
mkdirSync(root);
let steps = 0;

/** A step of a job. */
interface Step {
  /** Of the job, and of its runner. */
  readonly job: string;
  readonly runner: number;
  readonly run: number;
  readonly key: string;
  readonly script: string;
  readonly more?: Readonly<Record<string, string>>;
}

function start({ job, runner, run, key, script, more }: Step): Job {
  steps += 1;
  const dir = join(temp, `step-${steps}`);
  mkdirSync(dir);
  // By this folder, among others, the steps of one job are known to be of one.
  const own = join(temp, `run-${run}`, job);
  mkdirSync(own, { recursive: true });
  const env = {
    RUNNER_TEMP: own,
    GITHUB_REPOSITORY: 'octo/app',
    GITHUB_WORKFLOW: 'ci',
    GITHUB_RUN_ID: `${run}`,
    GITHUB_JOB: job,
    RUNNER_NAME: `runner-${runner}`,
    'INPUT_ALLOW-EMPTY': 'false',
    ...more,
  };
  const options = {
    ...{ jobs: 1, key, run: script, installs: false, workingDirectory: undefined, root, svg: undefined },
    ...{ pool: false, keep: false },
  };
  return new Job({ name: job, dir, cache: root, env }, options, () => {});
}

/** Runs the steps of a job one after the other. */
async function inOrder(...all: readonly Step[]): Promise<void> {
  for (const step of all) await start(step).ended;
}

/** Waits until a step does what these words of its log say. */
async function said(job: Job, words: string): Promise<void> {
  while (!job.log.includes(words)) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A script that takes so many seconds, and leaves so many MB. */
function build(seconds: number, megabytes: number): string {
  return `sleep ${seconds}; head -c ${megabytes}M /dev/urandom > "$BUILD_ONCE_OUT/made"`;
}

const keys = {
  llvm: { key: 'llvm-18.1.8-5d41402a', script: build(6, 40) },
  modules: { key: 'node-modules-24-9a0364b9', script: build(2, 12) },
  protoc: { key: 'protoc-29.3.0', script: build(3, 4) },
  docs: { key: 'docs-site-c4ca4238', script: 'echo "no such theme"; exit 3', more: { INPUT_ATTEMPTS: '1' } },
  arm: { key: 'firmware-arm-1f0e3dad', script: build(3, 2) },
  riscv: { key: 'firmware-riscv-8f14e45f', script: build(3, 2) },
};

/** A holder is killed in the middle of its build; the one that waits for it takes over. */
async function takeover(run: number): Promise<void> {
  const dead = start({ job: 'lint', runner: 5, run, ...keys.protoc });
  await said(dead, '::group::Building');
  const waiter = start({ job: 'proto', runner: 6, run, ...keys.protoc });
  await said(waiter, 'Waiting for');
  dead.kill('SIGKILL');
  await waiter.ended;
}

async function firstRun(run: number): Promise<void> {
  const one = { 'INPUT_MAX-IN-FLIGHT': '1', INPUT_GROUP: 'firmware' };
  await Promise.all([
    ...[1, 2, 3, 4].map((runner) =>
      inOrder(
        { job: `test-${runner}`, runner, run, ...keys.llvm },
        { job: `test-${runner}`, runner, run, ...keys.modules },
      ),
    ),
    takeover(run),
    inOrder({ job: 'docs', runner: 7, run, ...keys.docs }),
    inOrder({ job: 'firmware-arm', runner: 8, run, ...keys.arm, more: one }),
    inOrder({ job: 'firmware-riscv', runner: 9, run, ...keys.riscv, more: one }),
  ]);
}

async function secondRun(run: number): Promise<void> {
  await Promise.all(
    [1, 2, 3, 4].map((runner) =>
      inOrder(
        { job: `test-${runner}`, runner, run, ...keys.llvm },
        { job: `test-${runner}`, runner, run, ...keys.modules },
        { job: `test-${runner}`, runner, run, ...keys.protoc },
      ),
    ),
  );
}

/** The page, with other names for this machine. @throws Error if it names it all the same, or is too large */
function page(): string {
  const file = join(temp, 'page.html');
  execFileSync(process.execPath, [CLI, 'report', '--root', root, '--format', 'html', '--output', file]);
  const html = readFileSync(file, 'utf8').replaceAll(root, SHOWN.root).replaceAll(`(${hostname()})`, `(${SHOWN.host})`);
  const told = [tmpdir(), homedir(), `(${hostname()})`, import.meta.dirname].filter((name) => html.includes(name));
  if (told.length > 0) throw new Error(`The page names this machine: ${told.join(', ')}`);
  if (html.length > LARGEST) throw new Error(`The page has ${html.length} bytes, and may have ${LARGEST}.`);
  return html;
}

try {
  await firstRun(4711);
  await secondRun(4712);
  writeFileSync(PAGE, page());
  console.log(`${PAGE}: ${readFileSync(PAGE).length} bytes`);
} finally {
  rmSync(temp, { recursive: true, force: true, maxRetries: 3 });
}
