import fc from 'fast-check';
import { test } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { fuzzed } from '../fuzz/properties.ts';

const CASES = 100_000;

test.each(fuzzed)('$name of any form', async ({ name, property, share = 1 }) => {
  const took = stopwatch();
  const numRuns = Math.ceil((CASES / fuzzed.length) * share);
  await fc.assert(property, { numRuns });
  console.log(`${name}: ${numRuns} cases, ${(took() / 1000).toFixed(1)} s`);
});
