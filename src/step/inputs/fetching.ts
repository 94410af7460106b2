/**
 * All that is read of inputs that say what to fetch. Loaded only by steps that have one of them: for a hit of `run`, which
 * has none, it would be a tenth of what there is to read.
 */

export * from './fetching/readers.ts';
export { fetchingRules } from './fetching/rules.ts';
export { fetcherOf, keyOf } from './fetching/specs.ts';
