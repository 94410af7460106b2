import { describe, expect, test } from 'vitest';
import { killAtEveryCall, scenes } from '../../harness/faults/kill-every-call.ts';

describe('a step that is killed before any of its file-system calls leaves a whole entry or none, and no lock', () => {
  test.each(Object.entries(scenes))('%s', async (name, scene) => {
    const killed = await killAtEveryCall(scene);
    console.log(`${name}: killed before each of its ${killed} calls`);
    expect(killed).toBeGreaterThan(30);
  });
});
