import { expect, test } from 'vitest';
import { killKeeperAtEveryCall } from '../../harness/faults/kill-keeper.ts';

test('a keeper that is killed before each of its calls: what is said is true, and nothing is stuck', async () => {
  const ends = await killKeeperAtEveryCall();
  console.log(`keepers killed: ${ends.join(', ')}`);
  expect(new Set(ends)).toEqual(new Set(['not claimed', 'built']));
});
