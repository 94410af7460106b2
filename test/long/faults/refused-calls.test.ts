import { describe, expect, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { scenes } from '../../harness/faults/kill-every-call.ts';
import { type Refusal, refuseEveryCall } from '../../harness/faults/refuse-every-call.ts';

const FIRST = 'a first build';
const others = Object.keys(scenes).filter((name) => name !== FIRST);
const all: readonly Refusal[] = ['ENOSPC', 'EROFS', 'EACCES', 'EIO'];
/** Those that only calls hear which write: a third of all. */
const ofWrites: readonly Refusal[] = ['ENOSPC', 'EROFS'];

describe('a step whose disk refuses any of its calls builds, or fails naming it, and leaves nothing half', () => {
  test.each([
    ...all.flatMap((error) =>
      ['once', 'for good'].map(
        (from) => [FIRST, error, from, from === 'once' && ofWrites.includes(error) ? 2 : 3] as const,
      ),
    ),
    ...others.map((name) => [name, 'ENOSPC', 'for good', 3] as const),
    ...others.map((name) => [name, 'EIO', 'once', 6] as const),
    ...others.map((name) => [name, 'EIO', 'for good', 4] as const),
  ])('%s, %s %s, every call of %i', async (name, error, from, every) => {
    const scene = scenes[name];
    expect(scene).toBeDefined();
    const took = stopwatch();
    const counts = scene && (await refuseEveryCall(scene, error, from === 'for good', every));
    const seconds = (took() / 1000).toFixed(1);
    console.log(`${name}: ${error} ${from} at ${counts?.refused} calls, ${counts?.built} built, ${seconds} s`);
    expect((counts?.refused ?? 0) * every).toBeGreaterThan(20);
  });
});
