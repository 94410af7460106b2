import { appendFileSync } from 'node:fs';
import { messageOf, OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Outcome } from '../../recipe/outcome.ts';
import type { Request } from '../../recipe/request.ts';
import type { Services } from '../../recipe/services.ts';
import { noteEvent } from '../../store/journal/journal.ts';
import { versionDir } from '../../store/layout.ts';
import type { Env } from '../inputs/read.ts';
import type { StepRequest } from '../request.ts';
import { outputFile, resultOf } from './outputs.ts';
import { reportError } from './reporter.ts';

/** Tells the error of a step, if it has one. */
export function tellError({ error }: Outcome, { who }: Pick<Services, 'who'>): void {
  if (error === undefined) return;
  // An annotation is also read far from its log: a failed build's says where that is.
  const linked = error.code === 'BUILD_FAILED' && who.runUrl !== '';
  reportError(linked ? `${error.message} Its log: ${who.runUrl}` : error.message);
}

/** The one line that says what the step did. */
export function tellOutcome(outcome: Outcome, { reporter }: Pick<Services, 'reporter'>): void {
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

/** Writes the outputs for the steps after this one. */
export function writeOutputs(outputs: Readonly<Record<string, string>>, { GITHUB_OUTPUT: file }: Env): void {
  if (!file) return;
  try {
    appendFileSync(file, outputFile(outputs));
  } catch (error) {
    // What was built is published all the same; but the steps after this one would read nothing.
    const why = `GITHUB_OUTPUT cannot be written: ${messageOf(error)}. Look at the disk of this runner`;
    throw new OnceError('DELIVERY_FAILED', `${why}. The shared cache is in order.`, { cause: error });
  }
}

/** The step's part of the job summary, where there is to be one. */
export async function writeSummary(
  outcome: Outcome,
  { summary: when }: Pick<StepRequest, 'summary'>,
  { env, reporter }: Pick<Services, 'env' | 'reporter'>,
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

/** Notes the step, which took `stepMs`, in the journal. */
export function note(outcome: Outcome, { subject }: Request, { who }: Pick<Services, 'who'>, stepMs: number): void {
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
