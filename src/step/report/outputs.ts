import type { Outcome } from '../../recipe/outcome.ts';

/** Every output of the action, in the order of `action.yml`. */
export const outputNames = [
  'result',
  'reused',
  'waited',
  'built',
  'cache-hit',
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
 * What later steps of the job may read. A failed step has no `result` and no `cache-hit`, and of the rest what is known.
 * `runUrl` is this step's own, for a private build that no manifest tells about.
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
    path: outcome.path ?? '',
    key: outcome.key,
    identity: outcome.identity ?? outcome.manifest?.identity ?? '',
    'wait-seconds': seconds(outcome.waitedMs),
    'slot-wait-seconds': seconds(outcome.slotWaitedMs),
    'build-seconds': seconds(buildMsOf(outcome)),
    'saved-seconds': seconds(savedMsOf(outcome)),
    'built-by': result === 'private' ? runUrl : (outcome.manifest?.builtBy.runUrl ?? ''),
  };
}

/** The result, empty for a step that failed, at whatever point. */
export function resultOf(outcome: Outcome): NonNullable<Outcome['result']> | '' {
  return outcome.error === undefined ? (outcome.result ?? '') : '';
}

/** What building the artifact took, whoever built it. */
export function buildMsOf(outcome: Outcome): number | undefined {
  return outcome.buildMs ?? outcome.manifest?.buildMs;
}

/** What the recorded build took, less what was waited for it; 0 for who built, undefined for who has nothing. */
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

/** The outputs as the runner reads them from GITHUB_OUTPUT, in one piece: one write instead of one for each. */
export function outputFile(outputs: Readonly<Record<string, string>>): string {
  let delimiter = 'build-once';
  // Whatever a key or an identity holds, it must not be able to end its own value and begin another output.
  while (Object.values(outputs).some((value) => value.includes(delimiter))) delimiter += '-';
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}
