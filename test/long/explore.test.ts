import { expect, test } from 'vitest';
import { longControls } from '../explore/controls.ts';
import { run } from '../explore/run.ts';
import { long } from '../explore/scenes.ts';

test.each(Object.entries(long))('the protocol holds in every state of %s', (name, scene) => {
  expect(run(name, scene).violation).toBeUndefined();
});

test.each(Object.entries(longControls))('the explorer finds what is wrong with %s', (name, { scene, found }) => {
  expect(run(name, scene).violation?.what).toBe(found);
});
