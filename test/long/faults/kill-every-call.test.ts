import { describe, expect, test } from 'vitest';
import { killAtEveryCall, scenes } from '../../harness/faults/kill-every-call.ts';

/** Scenes with nearly all the calls of another one, and their own beside them: every other call, odd or even by chance. */
const HALF = [
  'a build that replaces another',
  'a build after one that was killed',
  'a build after one that was killed right before its publish',
];

describe('a step that is killed before any of its file-system calls leaves a whole entry or none, and no lock', () => {
  test.each(Object.entries(scenes))('%s', async (name, scene) => {
    const killed = await killAtEveryCall(scene, HALF.includes(name) ? 2 : 1);
    console.log(`${name}: killed before ${killed} of its calls`);
    expect(killed).toBeGreaterThan(30);
  });
});
