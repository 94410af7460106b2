import { expect, test } from 'vitest';
import { searchPath } from '../../src/host/search-path.ts';

test.each([
  ['linux', { PATH: '/bin', Path: '/else' }, '/bin'],
  ['linux', { Path: '/else' }, undefined],
  ['darwin', { PATH: '/bin' }, '/bin'],
  ['win32', { Path: 'C:\\bin' }, 'C:\\bin'],
  ['win32', { PATH: 'C:\\bin' }, 'C:\\bin'],
  ['win32', { path: 'C:\\bin', PATHEXT: '.EXE' }, 'C:\\bin'],
  ['win32', { PATH: undefined, Path: 'C:\\bin' }, 'C:\\bin'],
  ['win32', { PATHEXT: '.EXE' }, undefined],
] as const)('on %s with %j programs are looked for in %s', (os, env, wanted) => {
  expect(searchPath(env, os)).toBe(wanted);
});
