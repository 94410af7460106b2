import { expect, test } from 'vitest';
import { run } from '../explore/run.ts';
import { long } from '../explore/scenes.ts';

test.each(Object.entries(long))('the protocol holds in every state of %s', (name, scene) => {
  expect(run(name, scene).violation).toBeUndefined();
});
