import fc from 'fast-check';
import { test } from 'vitest';
import { fuzzed } from './properties.ts';

// The same in test/long, far more often.
test.each(fuzzed)('$name of any form', async ({ property, share = 1 }) => {
  await fc.assert(property, { numRuns: Math.max(100, 300 * share) });
});
