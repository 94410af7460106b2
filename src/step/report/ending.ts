import { appendFileSync } from 'node:fs';
import { messageOf, OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Outcome } from '../../recipe/outcome.ts';
import type { Services } from '../../recipe/services.ts';
import { noteEvent } from '../../store/journal/journal.ts';
import type { Env } from '../inputs/read.ts';
import type { StepRequest } from '../request.ts';
import { outputFile, outputsOf, resultOf } from './outputs.ts';
import { reportError } from './reporter.ts';

/**
 * Ends a step: writes its line in the log, its outputs, its part of the job summary, its event in the journal and its
 * error, in this order.
 *
 * @param elapsed milliseconds that the step has taken
 * @param more outputs beside those of every step
 * @returns the error that the step failed with, reported already
 * @throws OnceError DELIVERY_FAILED if the outputs cannot be written
 */
export async function reportEnd(
  outcome: Outcome,
  request: StepRequest,
  services: Services,
  elapsed: () => number,
  more: Readonly<Record<string, string>> = {},
): Promise<OnceError | undefined> {
  logOutcome(outcome, services);
  writeOutputs({ ...outputsOf(outcome, services.who.runUrl), ...more }, services.env);
  await writeSummary(outcome, request, services);
  await noteEnd(outcome, request, services, elapsed());
  logError(outcome);
  return outcome.error;
}

function logError({ error }: Outcome): void {
  if (error !== undefined) reportError(error.message);
}

/** Logs the one line that says what the step did; nothing if it failed. */
export function logOutcome(outcome: Outcome, { reporter }: Pick<Services, 'reporter'>): void {
  const { result } = outcome;
  if (outcome.error !== undefined || result === undefined) return;
  const name = `"${shorten(outcome.key)}"`;
  reporter.info([`${name}: ${result}${whatItIs(outcome)}`, ...whereItIs(outcome)].join(', '));
}

/** The path, but not of an image: its folder is empty. */
function whereItIs({ path, manifest }: Outcome): string[] {
  return path === undefined || manifest?.producer === 'image' ? [] : [path];
}

function whatItIs({ result, identity, manifest }: Outcome): string {
  if (identity === undefined) return '';
  if (manifest?.producer !== 'repository') return ` (${shorten(identity)})`;
  const commit = `(${shorten(identity).slice(0, 7)})`;
  return result === 'reused' ? `, already checked out ${commit}` : ` ${commit}`;
}

/**
 * Writes the outputs for the steps after this one.
 * @throws OnceError DELIVERY_FAILED
 */
export function writeOutputs(outputs: Readonly<Record<string, string>>, { GITHUB_OUTPUT: file }: Env): void {
  if (!file) return;
  try {
    appendFileSync(file, outputFile(outputs));
  } catch (error) {
    // The build is published, but the next steps would read empty outputs: the step fails.
    const why = `GITHUB_OUTPUT cannot be written: ${messageOf(error)}. Look at the disk of this runner`;
    throw new OnceError('DELIVERY_FAILED', `${why}. The shared cache is in order.`, { cause: error });
  }
}

async function writeSummary(
  outcome: Outcome,
  { summary: when }: StepRequest,
  { env, reporter }: Services,
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file } = env;
  const plain = resultOf(outcome) === 'reused' && when === 'auto';
  if (!file || plain || when === 'never') return;
  const { summaryOf } = await import('./summary.ts');
  try {
    appendFileSync(file, summaryOf(outcome, when));
  } catch (error) {
    reporter.warn(`The job summary cannot be written: ${messageOf(error)}.`);
  }
}

/** Writes the step's event in the journal of the root, unless the build was for this job alone. */
export async function noteEnd(
  outcome: Outcome,
  { subject, enabled }: StepRequest,
  { who, worker }: Services,
  stepMs: number,
): Promise<void> {
  if (!enabled) return;
  await noteEvent(subject.root, {
    key: outcome.key,
    scope: subject.scope,
    id: outcome.id,
    result: resultOf(outcome),
    error: outcome.error?.code,
    build: outcome.manifest?.build,
    source: outcome.origin,
    waitedMs: Math.round(outcome.waitedMs),
    slotWaitedMs: Math.round(outcome.slotWaitedMs),
    buildMs: outcome.buildMs,
    bytes: outcome.manifest?.bytes,
    stepMs: Math.round(stepMs),
    ...outcome.noted,
    job: worker.id,
    who,
  });
}
