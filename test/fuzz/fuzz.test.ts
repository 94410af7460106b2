import fc from 'fast-check';
import { test } from 'vitest';
import { fuzzed } from './properties.ts';

// The same in test/long, far more often.
test.each(fuzzed)('$name of any form', ({ property }) => {
  fc.assert(property, { numRuns: 300 });
});
