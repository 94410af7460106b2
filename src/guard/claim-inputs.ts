import { type Env, readRequest } from '../step/inputs/read.ts';
import type { InputName } from '../step/inputs/table.ts';
import type { Facts } from '../step/platform.ts';
import type { StepRequest } from '../step/request.ts';

/** The inputs that `claim` shares with the main action, in the order of `claim/action.yml`. */
export const claimInputs = [
  'key',
  'image',
  'tool',
  'version',
  'arch',
  'adopt',
  'root',
  'scope',
  'platform',
  'relocatable',
  'shared',
  'wait-timeout',
  'on-timeout',
  'max-in-flight',
  'group',
  'attempts',
  'force',
  'verify',
  'needs-free',
  'read-only',
  'pool',
  'pool-password',
  'pool-lease',
  'on-pool-error',
  'remote',
  'remote-mode',
  'enabled',
  'summary',
] as const satisfies readonly InputName[];

/** The input in place of `build-timeout`: this action can end a claim, but not the steps that build. */
export const CLAIM_LIMIT = { name: 'claim-limit', fallback: '6h' } as const;

/** Reads the request of a `claim` step. Throws as {@link readRequest}. */
export function readClaimRequest(env: Env, facts: Facts): StepRequest {
  const names: readonly InputName[] = [...claimInputs, 'build-timeout'];
  return readRequest(env, facts, { names, renamed: { 'build-timeout': CLAIM_LIMIT }, bySteps: true });
}
