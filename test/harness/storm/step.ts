import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../src/base/errors.ts';
import { once } from '../../../src/recipe/once.ts';
import type { Outcome } from '../../../src/recipe/outcome.ts';
import { readRequest } from '../../../src/step/inputs/read.ts';
import { whoOf, workerOf } from '../../../src/step/job.ts';
import { hostFacts } from '../../../src/step/platform.ts';
import { reporterTo } from '../../lock/asker.ts';
import { openStormEngine, type Witness } from './engine.ts';
import type { Orders } from './words.ts';

/** What one step of a storm is told, as inputs of the action. */
export type Inputs = Readonly<Record<string, string>>;

const never = new AbortController().signal;

/** A step of the action, but that it stays in this process: many of them are done by one. */
export async function step(orders: Orders, witness: Witness, inputs: Inputs): Promise<Outcome> {
  const { root, temp, name } = orders;
  // Who waits may meet several in a row that were killed, each known by its silence alone.
  const waitSeconds = 15 + (4 * (orders.staleMs ?? 0)) / 1000;
  const given = { shell: 'sh', relocatable: 'true', 'wait-timeout': `${waitSeconds}s`, ...inputs };
  const env = {
    PATH: process.env.PATH,
    STORM: process.env.STORM,
    GITHUB_REPOSITORY: 'octo/storm',
    GITHUB_WORKSPACE: temp,
    GITHUB_JOB: name,
    RUNNER_TOOL_CACHE: root,
    ...Object.fromEntries(Object.entries(given).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value])),
  };
  return once(readRequest(env, hostFacts()), {
    who: whoOf(env),
    worker: workerOf(env, process.pid),
    reporter: reporterTo(() => {}),
    signal: never,
    cleanupDeadline: never,
    onExit: () => {},
    env,
    temp,
    unsharedReason: undefined,
    openEngine: async () => openStormEngine(orders, witness),
    openSlots: () => Promise.reject(new Error('a storm has no slots')),
  });
}

/** Lines of shell that make files 1 to `files` but the first `skip`, each of which says whose it is and how many there are. */
function writeFiles(from: number, to: number, files: number): string {
  const loop = `i=${from}; while [ $i -le ${to} ]; do echo "$BUILD_ONCE_TOKEN $i ${files}" > "$BUILD_ONCE_OUT/$i"; i=$((i+1)); done`;
  return to < from ? '' : loop;
}

/** Inputs that make an artifact; most of them replace what is there. */
export function someInputs(key: string, fault: Orders['fault']): Inputs {
  const files = Math.random() < 0.5 ? 1 : 2 + Math.floor(40 * Math.random());
  const half = Math.ceil(files / 2);
  const first = writeFiles(1, half, files);
  const second = writeFiles(half + 1, fault === 'unfinished' ? files - 1 : files, files);
  const dice = Math.random();
  const base = { key, force: String(Math.random() < 0.7) };
  if (dice < 0.03) return { ...base, run: `${first}\nsleep 300`, 'build-timeout': '1s' };
  if (dice < 0.1) return { ...base, run: `${first}\nexit 3` };
  const between = dice < 0.3 ? 'sleep 0.05' : '';
  return { ...base, run: [first, between, second].join('\n') };
}

/** What is wrong with a build that somebody was handed; undefined: it is whole, and of one attempt. */
export function faultOf(path: string, token: string): string | undefined {
  try {
    const names = readdirSync(path);
    const files = Number(readFileSync(join(path, '1'), 'utf8').split(' ')[2]);
    if (names.length !== files) return `${path} has ${names.length} of ${files} files`;
    const other = names.find((name) => readFileSync(join(path, name), 'utf8') !== `${token} ${name} ${files}\n`);
    return other === undefined ? undefined : `${path}/${other} is not of this build, or not whole`;
  } catch (error) {
    return messageOf(error);
  }
}
