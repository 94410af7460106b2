import { resolve } from 'node:path';
import { messageOf, OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { stopwatch } from '../../base/wait.ts';
import { makeFolder } from '../../host/file-system.ts';
import type { ProducerSpec } from '../../producers/spec.ts';
import { once } from '../../recipe/once.ts';
import type { Outcome } from '../../recipe/outcome.ts';
import { type Env, readRequest } from '../../step/inputs/read.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import type { Lifetime, Manner } from '../../step/lifetime.ts';
import { hostFacts } from '../../step/platform.ts';
import { logOutcome, noteEnd } from '../../step/report/ending.ts';
import { linesTo } from '../../step/report/lines.ts';
import { outputsOf } from '../../step/report/outputs.ts';
import type { StepRequest } from '../../step/request.ts';
import { runToEnd } from '../../step/run-to-end.ts';
import { serve } from '../../step/services.ts';
import { deliverTo } from '../../step/step.ts';
import type { JobProcess } from '../../store/lease.ts';
import { userOf } from '../handed-out.ts';
import { userCache } from '../user-cache.ts';
import { BadUsage } from '../verb.ts';
import { type Surroundings, surroundings } from './ci.ts';
import { type GivenOptions, inputVariables, readInputs } from './options.ts';
import { type Voice, voiceIn } from './terminal.ts';

/** What a process of the command line that hands out builds has to do. */
export interface Order {
  readonly request: StepRequest;
  readonly env: Env;
  readonly around: Surroundings;
  readonly user: JobProcess;
  readonly json: boolean;
  /** Whether only what is wrong is told, and the journal has no event of it. */
  readonly quiet: boolean;
}

/**
 * Does what the options of `build-once run` say, and exits.
 * @param argv the command that builds, with its arguments
 * @throws BadUsage; OnceError BAD_INPUT
 */
export function perform(given: GivenOptions, argv: readonly string[] | undefined): Promise<never> {
  const { env } = process;
  const user = userOf(given.pid as string | undefined);
  const around = surroundings(env, process.cwd());
  const inputs = inputVariables(given, env);
  const request = withCommand(readAs(around, { ...inputs, ...runInput(inputs, argv) }, env), argv);
  return carryOut({ request, env, around, user, json: given.json === true, quiet: false });
}

/** A command takes the place of the script; what is shown of it, and searched for advice, is its words. */
function runInput(inputs: Env, argv: readonly string[] | undefined): Env {
  if (argv === undefined) return {};
  if (inputs.INPUT_RUN !== undefined) throw new BadUsage('--run and a command after -- are two builds');
  if (!argv[0]) throw new BadUsage('there is no command after --');
  return { INPUT_RUN: argv.join(' ') };
}

function withCommand(request: StepRequest, argv: readonly string[] | undefined): StepRequest {
  return argv === undefined ? request : { ...request, producer: started(request.producer, argv) };
}

function started(producer: ProducerSpec | undefined, argv: readonly string[]): ProducerSpec | undefined {
  if (producer?.name === 'run') return { ...producer, spec: { ...producer.spec, argv } };
  if (producer?.name !== 'image' || producer.spec.how.kind !== 'run') return producer;
  const { how } = producer.spec;
  return { ...producer, spec: { ...producer.spec, how: { ...how, command: { ...how.command, argv } } } };
}

/**
 * Reads the inputs as the action does, where a repository is what the CI system says, and the workspace this folder.
 * @param inputs the variables in which a runner hands them over
 * @throws BadUsage if there is no root; OnceError BAD_INPUT, ROOT_UNUSABLE
 */
export function readAs({ scope, server }: Surroundings, inputs: Env, env: Env): StepRequest {
  // Those of an action that this process runs inside of.
  const others = Object.entries(env).filter(([name]) => !/^INPUT_/i.test(name));
  const names = { GITHUB_REPOSITORY: scope, GITHUB_SERVER_URL: server, GITHUB_WORKSPACE: process.cwd() };
  const root = { INPUT_ROOT: rootIn(inputs.INPUT_ROOT, env) };
  const all = { ...Object.fromEntries(others), ...names, ...inputs, ...root };
  return readRequest(all, hostFacts(), { names: readInputs });
}

function rootIn(given: string | undefined, env: Env): string | undefined {
  if (given === '') throw new BadUsage('--root is empty');
  if (given !== undefined) return resolve(given);
  if (ROOT_VARIABLES.some((name) => env[name])) return undefined;
  const own = userCache(env);
  if (own === undefined) {
    throw new BadUsage('--root is missing. Set BUILD_ONCE_ROOT for all jobs to a folder that their agents share');
  }
  return made(own);
}

/** Makes the folder. @throws OnceError ROOT_UNUSABLE */
function made(root: string): string {
  try {
    makeFolder(root);
    return root;
  } catch (error) {
    const advice = 'Name another one: --root DIR, or the variable BUILD_ONCE_ROOT';
    throw new OnceError(
      'ROOT_UNUSABLE',
      `The cache of this user cannot be made at ${root}: ${messageOf(error)}. ${advice}.`,
    );
  }
}

/** Does it, prints what comes of it, and exits. */
export function carryOut(order: Order): Promise<never> {
  const voice = voiceIn(order.env);
  return runToEnd((lifetime) => handOut(order, lifetime, voice), { tell: voice.tell, exitCodeOf });
}

async function handOut(order: Order, lifetime: Lifetime, { reporter: loud, tell }: Voice) {
  const { request, env, around, user, json, quiet } = order;
  const reporter = quiet ? { ...loud, info: () => {} } : loud;
  const elapsed = stopwatch();
  const { services: served, place } = serve(request, env, lifetime, { reporter, workerPid: user.pid });
  const services = { ...served, who: around.who, worker: user };
  if (place !== undefined) reporter.info(place.line);
  for (const note of request.notes) reporter.warn(note);
  const outcome = await deliverTo(request, await once(request, services), services);
  logOutcome(outcome, services);
  if (!quiet) await noteEnd(outcome, request, services, elapsed());
  const error = outcome.error ?? missed(outcome);
  if (error !== undefined) tell(error.message);
  print(outcome, around, json);
  return error;
}

const { line } = linesTo(1);

function print(outcome: Outcome, { who }: Surroundings, json: boolean): void {
  const { error, path, manifest, identity } = outcome;
  if (json) line(JSON.stringify(outputsOf(outcome, who.runUrl), null, 2));
  // The folder of an image is empty.
  else if (error === undefined && path !== undefined) line(manifest?.producer === 'image' ? (identity ?? path) : path);
}

function missed({ result, key }: Outcome): OnceError | undefined {
  if (result !== 'missed') return undefined;
  return new OnceError('MISSED', `"${shorten(key)}" is not in the cache, and was not to be built.`);
}

const exitCodeOf: Manner['exitCodeOf'] = ({ code }) => EXIT_CODES[code] ?? 1;

/** The exit code where the artifact is missing. */
export const MISSED = 3;

const EXIT_CODES: Readonly<Partial<Record<OnceError['code'], number>>> = {
  BAD_INPUT: 2,
  MISSED,
  WAIT_TIMEOUT: 4,
  CANCELLED: 130,
};
