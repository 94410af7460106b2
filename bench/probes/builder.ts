/**
 * A worker that makes one small build after the other. Each build has a key of its own, and takes a slot. At the end the
 * worker prints one line of JSON for each build: `Built`.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { once } from '../../src/recipe/once.ts';
import { openFileEngine, openFileSlots } from '../../src/step/engine.ts';
import { readRequest } from '../../src/step/inputs/read.ts';
import { whoOf, workerOf } from '../../src/step/job.ts';
import { beginLifetime } from '../../src/step/lifetime.ts';
import { hostFacts } from '../../src/step/platform.ts';

/** The times of one build: its start in ms since 1970, its duration and its wait for a slot in ms. */
export interface Built {
  readonly began: number;
  readonly ran: number;
  readonly waited: number;
}

const [, , root = '', name = '', builds = '', slots = '', run = ''] = process.argv;
const { signal, cleanupDeadline } = beginLifetime();
const quiet = () => {};
const reporter = {
  debug: quiet,
  info: quiet,
  notice: quiet,
  warn: quiet,
  output: quiet,
  openGroup: quiet,
  closeGroup: quiet,
};
const temp = mkdtempSync(join(root, 'temp-'));
const locks = { root, network: false, groupShared: false, reporter };
const told: Built[] = [];

for (let build = 0; build < Number(builds); build++) told.push(await makeOne(`${name}-${build}`));
for (const one of told) console.log(JSON.stringify(one));
process.exit(0);

async function makeOne(key: string): Promise<Built> {
  const { PATH } = process.env;
  const inputs = {
    INPUT_KEY: key,
    INPUT_RUN: run,
    'INPUT_ALLOW-EMPTY': 'true',
    'INPUT_MAX-IN-FLIGHT': slots,
    INPUT_SHELL: 'sh',
  };
  const env = { PATH, GITHUB_WORKSPACE: temp, RUNNER_TOOL_CACHE: root, RUNNER_TEMP: temp, ...inputs };
  let began = Number.NaN;
  const { error, buildMs, slotWaitedMs } = await once(await readRequest(env, hostFacts()), {
    who: whoOf(env),
    worker: workerOf(env, process.pid),
    reporter: { ...reporter, openGroup: () => (began = performance.timeOrigin + performance.now()) },
    signal,
    cleanupDeadline,
    onExit: (end) => process.on('exit', end),
    env,
    temp,
    unsharedReason: undefined,
    openEngine: () => openFileEngine(locks),
    openSlots: (group, count) => openFileSlots(locks, group, count),
  });
  if (error !== undefined) throw error;
  return { began, ran: buildMs ?? Number.NaN, waited: slotWaitedMs };
}
