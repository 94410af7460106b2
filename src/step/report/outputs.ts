import { TEXT_LENGTH } from '../../base/fields.ts';
import { shorten } from '../../base/format.ts';
import type { Outcome } from '../../recipe/outcome.ts';

/** Every output of the action, in the order of `action.yml`. */
export const outputNames = [
  'result',
  'reused',
  'waited',
  'built',
  'cache-hit',
  'source',
  'path',
  'key',
  'identity',
  'wait-seconds',
  'slot-wait-seconds',
  'build-seconds',
  'saved-seconds',
  'built-by',
] as const;

export type Outputs = Readonly<Record<(typeof outputNames)[number], string>>;

/**
 * The outputs of a step. A failed step has no `result` and no `cache-hit`; its other outputs are what is known. What a
 * manifest says is one line of visible characters; the key is as it was given.
 * @param runUrl page of this job, for `built-by` of a private build, which has no manifest
 */
export function outputsOf(outcome: Outcome, runUrl = ''): Outputs {
  const result = resultOf(outcome);
  const hit = result === 'reused' || result === 'waited';
  return {
    result,
    reused: String(result === 'reused'),
    waited: String(result === 'waited'),
    built: String(result === 'built'),
    'cache-hit': result === '' ? '' : String(hit),
    source: outcome.error === undefined ? (outcome.origin ?? '') : '',
    path: outcome.path ?? '',
    key: outcome.key,
    identity: shorten(outcome.identity ?? outcome.manifest?.identity ?? '', TEXT_LENGTH),
    'wait-seconds': seconds(outcome.waitedMs),
    'slot-wait-seconds': seconds(outcome.slotWaitedMs),
    'build-seconds': seconds(buildMsOf(outcome)),
    'saved-seconds': seconds(savedMsOf(outcome)),
    'built-by': shorten(result === 'private' ? runUrl : (outcome.manifest?.builtBy.runUrl ?? ''), TEXT_LENGTH),
  };
}

/** The result; empty for a step that failed. */
export function resultOf(outcome: Outcome): NonNullable<Outcome['result']> | '' {
  return outcome.error === undefined ? (outcome.result ?? '') : '';
}

/** Milliseconds that building took, in whichever job; undefined if unknown. */
export function buildMsOf(outcome: Outcome): number | undefined {
  return outcome.buildMs ?? outcome.manifest?.buildMs;
}

/** Milliseconds of building less those of waiting, at least 0; 0 for a step that built, undefined if there is no build. */
export function savedMsOf(outcome: Outcome): number | undefined {
  const result = resultOf(outcome);
  if (result === 'built' || result === 'private') return 0;
  if (result !== 'reused' && result !== 'waited') return undefined;
  const took = buildMsOf(outcome);
  return took === undefined ? undefined : Math.max(0, took - outcome.waitedMs);
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '' : String(Math.max(0, Math.round(ms)) / 1000);
}

/** The outputs in the format of GITHUB_OUTPUT, in one text, so that one write is enough. */
export function outputFile(outputs: Readonly<Record<string, string>>): string {
  let delimiter = 'build-once';
  // A key or an identity must not be able to end its own value and begin another output.
  while (Object.values(outputs).some((value) => value.includes(delimiter))) delimiter += '-';
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}
