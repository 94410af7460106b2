import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { stopwatch } from '../base/wait.ts';
import { once } from '../recipe/once.ts';
import type { Outcome } from '../recipe/outcome.ts';
import type { Delivery } from '../recipe/request.ts';
import type { Services } from '../recipe/services.ts';
import { type Env, readRequest } from './inputs/read.ts';
import { internal, type Lifetime } from './lifetime.ts';
import { hostFacts } from './platform.ts';
import { note, tellError, tellOutcome, writeOutputs, writeSummary } from './report/ending.ts';
import { outputsOf } from './report/outputs.ts';
import type { StepRequest } from './request.ts';
import { runToEnd } from './run-to-end.ts';
import { serve } from './services.ts';

/** The whole step: inputs, the recipe, what then, outputs and summary. */
export function runStep(): Promise<never> {
  const env = process.env;
  return runToEnd(async (lifetime) => runMainStep(await readInputs(env), env, lifetime));
}

/** Reads the inputs with `read`; if they are invalid, writes the outputs of a failed step and throws. */
export function readInputs(env: Env, read = readRequest): Promise<StepRequest> {
  return tellingKey(env, () => read(env, hostFacts()));
}

/** Before there is an outcome (the inputs cannot be read, the root not be looked at), the key is all that can be told. */
export async function tellingKey<T>(env: Env, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (caught) {
    const error = caught instanceof OnceError ? caught : internal(caught);
    const unknown = { path: undefined, manifest: undefined, identity: undefined, buildMs: undefined };
    const { INPUT_KEY: key = '' } = env;
    writeOutputs(outputsOf({ key, id: '', result: undefined, error, waitedMs: 0, slotWaitedMs: 0, ...unknown }), env);
    throw error;
  }
}

/** Returns the error that the step failed with, told already. */
async function runMainStep(request: StepRequest, env: Env, lifetime: Lifetime): Promise<OnceError | undefined> {
  const elapsed = stopwatch();
  const { services, place } = await tellingKey(env, () => serve(request, env, lifetime));
  if (place !== undefined) services.reporter.info(place.line);
  const outcome = await deliverTo(request, await once(request, services), services);
  tellOutcome(outcome, services);
  writeOutputs(outputsOf(outcome, services.who.runUrl), env);
  await writeSummary(outcome, request, services);
  if (request.enabled) note(outcome, request, services, elapsed());
  tellError(outcome, services);
  return outcome.error;
}

/** Applied in every job, not only in the one that built; a step that only looks applies nothing. */
async function deliverTo(request: StepRequest, outcome: Outcome, { signal }: Services): Promise<Outcome> {
  const { path, key, error } = outcome;
  if (error !== undefined) return outcome;
  if (outcome.result === 'missed' && request.failOnMiss) return { ...outcome, error: missed(key) };
  if (path === undefined || request.policy.mode === 'look' || !wantsDelivery(request.delivery)) return outcome;
  try {
    const [core, { deliver }] = await Promise.all([
      import('./deliver/runner-files.ts'),
      import('./deliver/deliver.ts'),
    ]);
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
