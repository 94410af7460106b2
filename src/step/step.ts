import { appendFileSync } from 'node:fs';
import { messageOf, OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { stopwatch } from '../base/wait.ts';
import { noteEvent } from '../journal/journal.ts';
import { once } from '../once.ts';
import type { Outcome } from '../outcome.ts';
import type { Delivery, Request } from '../request.ts';
import type { Services } from '../services.ts';
import { versionDir } from '../store/layout.ts';
import { type CachePlace, cachePlace } from './cache-place.ts';
import { tempOf, whoOf, workerOf } from './context.ts';
import { openFileEngine, openSlotEngine } from './engine.ts';
import { type Env, readRequest } from './inputs.ts';
import { beginLifetime, exitCodeOf, internal, type Lifetime } from './lifetime.ts';
import { type Outputs, outputFile, outputsOf, resultOf } from './outputs.ts';
import { hostFacts } from './platform.ts';
import { reportError, runnerReporter } from './reporter.ts';

/** The whole step: inputs, the recipe, what then, outputs and summary, and the one place where a failure is told. */
export async function runStep(): Promise<never> {
  const env = process.env;
  const lifetime = beginLifetime();
  // Nothing is left that could go on, and yet the step is not done: an end that nobody brought about is no success.
  process.once('beforeExit', () => fail(lifetime.signal.reason ?? new Error('it waits for nothing')));
  try {
    const error = await follow(readInputs(env), env, lifetime);
    process.exit(error === undefined ? 0 : exitCodeOf(error));
  } catch (caught) {
    fail(caught);
  }
}

/** Where they cannot be read, the key is all that can be told. */
function readInputs(env: Env): Request {
  try {
    return readRequest(env, hostFacts());
  } catch (caught) {
    const error = caught instanceof OnceError ? caught : internal(caught);
    const unknown = { path: undefined, manifest: undefined, identity: undefined, buildMs: undefined };
    const { INPUT_KEY: key = '' } = env;
    writeOutputs(outputsOf({ key, id: '', result: undefined, error, waitedMs: 0, slotWaitedMs: 0, ...unknown }), env);
    throw error;
  }
}

/** Ends the step with an error that nobody has told yet. */
function fail(caught: unknown): never {
  const error = caught instanceof OnceError ? caught : internal(caught);
  reportError(error.message);
  process.exit(exitCodeOf(error));
}

/** Returns the error that the step failed with, told already. */
async function follow(request: Request, env: Env, lifetime: Lifetime): Promise<OnceError | undefined> {
  const elapsed = stopwatch();
  // A private build must not fail at a cache that it does not use. For a slot it does use it.
  const usesCache = request.enabled || request.policy.slots !== undefined;
  const place = usesCache ? cachePlace(request.subject.root, env) : undefined;
  // Before anything is made: what others of the group may not write, they could not take over either.
  if (request.policy.groupShared) process.umask(0o002);
  const services = servicesOf(request, env, lifetime, place);
  if (place !== undefined) services.reporter.info(place.line);
  const outcome = await deliverTo(request, await once(request, services), services);
  tellOutcome(outcome, services);
  writeOutputs(outputsOf(outcome, services.who.runUrl), env);
  await writeSummary(outcome, request, services);
  if (request.enabled) note(outcome, request, services, elapsed());
  if (outcome.error !== undefined) reportError(told(outcome.error, services));
  return outcome.error;
}

/** An annotation is also read far from its log: a failed build's says where that is. */
function told({ code, message }: OnceError, { who }: Services): string {
  return code === 'BUILD_FAILED' && who.runUrl !== '' ? `${message} Its log: ${who.runUrl}` : message;
}

function servicesOf(request: Request, env: Env, lifetime: Lifetime, place: CachePlace | undefined): Services {
  const reporter = runnerReporter(env.RUNNER_DEBUG === '1');
  const { root } = request.subject;
  const network = place?.fileSystem.network ?? false;
  return {
    who: whoOf(env),
    worker: workerOf(env, process.ppid),
    reporter,
    signal: lifetime.signal,
    hurry: lifetime.hurry,
    onExit: (end) => process.on('exit', end),
    env,
    temp: tempOf(env),
    lonely: place?.lonely,
    openEngine: () => openFileEngine(root, network, reporter),
    openSlotEngine: (group) => openSlotEngine(root, group, network, reporter),
  };
}

/** Applied in every job, not only in the one that built; a step that only looks applies nothing. */
async function deliverTo(request: Request, outcome: Outcome, { signal }: Services): Promise<Outcome> {
  const { path, key, error } = outcome;
  if (error !== undefined) return outcome;
  if (outcome.result === 'missed' && request.policy.failOnMiss) return { ...outcome, error: missed(key) };
  if (path === undefined || request.policy.lookupOnly || !wantsDelivery(request.delivery)) return outcome;
  try {
    const [core, { deliver }] = await Promise.all([import('./runner-files.ts'), import('./deliver.ts')]);
    await deliver(request.delivery, { path, key, token: outcome.manifest?.build ?? '' }, core, signal);
    return outcome;
  } catch (caught) {
    return { ...outcome, error: caught instanceof OnceError ? caught : internal(caught) };
  }
}

function wantsDelivery({ link, copyTo, addPath, exportEnv }: Delivery): boolean {
  return link !== undefined || copyTo !== undefined || addPath.length > 0 || exportEnv.length > 0;
}

function missed(key: string): OnceError {
  const advice = 'Run a step that builds it first, or take `fail-on-cache-miss` away';
  return new OnceError('MISSED', `fail-on-cache-miss: "${shorten(key)}" is not in the cache. ${advice}.`);
}

function tellOutcome(outcome: Outcome, { reporter }: Services): void {
  const { result } = outcome;
  if (outcome.error !== undefined || result === undefined) return;
  const name = `"${shorten(outcome.key)}"`;
  reporter.info([`${name}: ${result}${whatItIs(outcome)}`, ...whereItIs(outcome)].join(', '));
}

/** Nobody is to look for an image in its folder, which is empty. */
function whereItIs({ path, manifest }: Outcome): string[] {
  return path === undefined || manifest?.producer === 'image' ? [] : [path];
}

function whatItIs({ result, identity, manifest }: Outcome): string {
  if (identity === undefined) return '';
  if (manifest?.producer !== 'repository') return ` (${shorten(identity)})`;
  const commit = `(${shorten(identity).slice(0, 7)})`;
  return result === 'reused' ? `, already checked out ${commit}` : ` ${commit}`;
}

function writeOutputs(outputs: Outputs, { GITHUB_OUTPUT: file }: Env): void {
  if (!file) return;
  try {
    appendFileSync(file, outputFile(outputs));
  } catch (error) {
    // What was built is published all the same; but the steps after this one would read nothing.
    const why = `GITHUB_OUTPUT cannot be written: ${messageOf(error)}. Look at the disk of this runner`;
    throw new OnceError('DELIVERY_FAILED', `${why}. The shared cache is in order.`, { cause: error });
  }
}

async function writeSummary(outcome: Outcome, request: Request, { env, reporter }: Services): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file } = env;
  const plain = resultOf(outcome) === 'reused' && request.summary === 'auto';
  if (!file || plain || request.summary === 'never') return;
  const { summaryOf } = await import('./summary.ts');
  try {
    appendFileSync(file, summaryOf(outcome, request.summary));
  } catch (error) {
    reporter.warn(`The job summary cannot be written: ${messageOf(error)}.`);
  }
}

function note(outcome: Outcome, { subject }: Request, { who }: Services, stepMs: number): void {
  noteEvent(versionDir(subject.root), {
    key: outcome.key,
    scope: subject.scope,
    id: outcome.id,
    result: resultOf(outcome),
    error: outcome.error?.code,
    build: outcome.manifest?.build,
    waitedMs: Math.round(outcome.waitedMs),
    slotWaitedMs: Math.round(outcome.slotWaitedMs),
    buildMs: outcome.buildMs,
    bytes: outcome.manifest?.bytes,
    stepMs: Math.round(stepMs),
    who,
  });
}
