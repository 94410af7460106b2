import { expect, test } from 'vitest';
import type { Holder } from '../../../src/lock/engine.ts';
import { describeHolder, isSlow } from '../../../src/recipe/wait/wait-log.ts';

const holder: Holder = {
  token: '0123456789ab',
  asker: undefined,
  since: undefined,
  heldMs: 90_000,
  silentMs: 40_000,
  running: true,
};

test('a holder that runs and whose heartbeat stands still is told to have a slow disk, not to be silent', () => {
  expect(isSlow(holder)).toBe(true);
  expect(describeHolder(holder, 60_000)).toContain(
    'its process runs, but its heartbeat has stood still for 40 s: its disk is slow, or hangs',
  );
});

test.each([{ running: false }, { silentMs: 6000 }])('%o is not told so', (more) => {
  expect(isSlow({ ...holder, ...more })).toBe(false);
  expect(describeHolder({ ...holder, ...more }, 60_000)).toMatch(/last heartbeat seen \d+ s ago/);
});
