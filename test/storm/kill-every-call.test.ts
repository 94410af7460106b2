import { describe, expect, test } from 'vitest';
import { killAtEveryCall, scenes } from '../harness/faults/kill-every-call.ts';

// In test/long/ every call; here some, at another start each run would hide failures that come and go.
describe('a step that is killed before one of its file-system calls leaves a whole entry or none, and no lock', () => {
  test.each([
    ['a first build', 4],
    ['a build after one that was killed', 12],
  ])('%s, every %ith call', async (name, every) => {
    const scene = scenes[name];
    expect(scene).toBeDefined();
    const killed = scene && (await killAtEveryCall(scene, every));
    console.log(`${name}: killed before ${killed} calls`);
    expect(killed).toBeGreaterThan(5);
  });
});
