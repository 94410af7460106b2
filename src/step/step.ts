import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { stopwatch } from '../base/wait.ts';
import { once } from '../recipe/once.ts';
import { emptyOutcome, type Outcome } from '../recipe/outcome.ts';
import type { Delivery } from '../recipe/request.ts';
import type { Services } from '../recipe/services.ts';
import { type Env, readRequest } from './inputs/read.ts';
import { internal, type Lifetime } from './lifetime.ts';
import { hostFacts } from './platform.ts';
import { reportEnd, writeOutputs } from './report/ending.ts';
import { outputsOf } from './report/outputs.ts';
import type { StepRequest } from './request.ts';
import { runToEnd } from './run-to-end.ts';
import { serve } from './services.ts';

/** Runs the main step: inputs, recipe, delivery, report. */
export function runStep(): Promise<never> {
  const env = process.env;
  return runToEnd((lifetime) => runMainStep(readInputs(env), env, lifetime));
}

/** Reads the inputs of this process. If they are invalid, writes the outputs of a failed step and throws. */
export function readInputs(env: Env, read = readRequest): StepRequest {
  return withFailedOutputs(env, () => read(env, hostFacts()));
}

/** Does `work`. If it throws, writes the outputs of a failed step and throws the error on. */
export function withFailedOutputs<T>(env: Env, work: () => T): T {
  try {
    return work();
  } catch (caught) {
    const error = caught instanceof OnceError ? caught : internal(caught);
    writeOutputs(outputsOf(emptyOutcome(env.INPUT_KEY ?? '', { error })), env);
    throw error;
  }
}

/** Returns the error that the step failed with, reported already. */
async function runMainStep(request: StepRequest, env: Env, lifetime: Lifetime): Promise<OnceError | undefined> {
  const elapsed = stopwatch();
  const { services, place } = withFailedOutputs(env, () => serve(request, env, lifetime));
  if (place !== undefined) services.reporter.info(place.line);
  for (const note of request.notes) services.reporter.warn(note);
  const outcome = await deliverTo(request, await once(request, services), services);
  return reportEnd(outcome, request, services, elapsed);
}

/** Puts the build where this job wants it, whoever built it. A step that only looks delivers nothing. */
export async function deliverTo(
  request: StepRequest,
  outcome: Outcome,
  { signal, reporter }: Services,
): Promise<Outcome> {
  const { path, key, error } = outcome;
  if (error !== undefined) return outcome;
  if (outcome.result === 'missed' && request.failOnMiss) return { ...outcome, error: missed(key) };
  if (path === undefined || request.policy.mode === 'look' || !wantsDelivery(request.delivery)) return outcome;
  const delivering = stopwatch();
  try {
    const [core, { deliver }] = await Promise.all([
      import('./deliver/runner-files.ts'),
      import('./deliver/deliver.ts'),
    ]);
    await deliver(request.delivery, { path, key, token: outcome.manifest?.build ?? '' }, core, reporter, signal);
    return { ...outcome, noted: { ...outcome.noted, deliverMs: Math.round(delivering()) } };
  } catch (caught) {
    return { ...outcome, error: caught instanceof OnceError ? caught : internal(caught) };
  }
}

function wantsDelivery({ link, copyTo, addPath, exportEnv }: Delivery): boolean {
  return link !== undefined || copyTo !== undefined || addPath.length > 0 || exportEnv.length > 0;
}

function missed(key: string): OnceError {
  const advice = 'Run a step that builds it first, or remove `fail-on-cache-miss`';
  return new OnceError('MISSED', `fail-on-cache-miss: "${shorten(key)}" is not in the cache. ${advice}.`);
}
