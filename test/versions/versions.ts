import { join } from 'node:path';
import { CLAIM, MAIN, PUBLISH } from '../harness/job/job.ts';

/** One version of the action, by the files that a runner starts. */
export interface Version {
  readonly name: 'old' | 'new';
  readonly main: string;
  readonly claim: string;
  readonly publish: string;
}

const frozen = join(import.meta.dirname, 'dist-0.1.0');

/** What users have: `dist/` of 0.1.0. */
export const OLD: Version = {
  name: 'old',
  main: join(frozen, 'main.js'),
  claim: join(frozen, 'guard/claim.js'),
  publish: join(frozen, 'guard/publish.js'),
};

/** What the sources make. */
export const NEW: Version = { name: 'new', main: MAIN, claim: CLAIM, publish: PUBLISH };

/** Both directions: who comes first, and who meets what that one left. */
export const directions: readonly { readonly first: Version; readonly second: Version }[] = [
  { first: OLD, second: NEW },
  { first: NEW, second: OLD },
];
