import { describe, expect, test } from 'vitest';
import { OnceError } from '../../../src/base/errors.ts';
import type { Outcome, Result } from '../../../src/recipe/outcome.ts';
import type { Outputs } from '../../../src/step/report/outputs.ts';
import { outputNames, outputsOf } from '../../../src/step/report/outputs.ts';
import { anOutcome, manifest } from './an-outcome.ts';

const error = new OnceError('BUILD_FAILED', 'The build failed.', { exitCode: 3 });

test('a reused build has all its outputs', () => {
  expect(outputsOf(anOutcome({ identity: 'abc123' }))).toEqual({
    result: 'reused',
    reused: 'true',
    waited: 'false',
    built: 'false',
    'cache-hit': 'true',
    source: 'disk',
    path: '/cache/build',
    key: 'llvm-18',
    identity: 'abc123',
    'wait-seconds': '0',
    'slot-wait-seconds': '0',
    'build-seconds': '90.5',
    'saved-seconds': '90.5',
    'built-by': 'https://github.com/acme/app/actions/runs/42',
  });
});

test('each outcome has exactly the outputs that there are', () => {
  expect(Object.keys(outputsOf(anOutcome()))).toEqual(outputNames);
});

describe('result, its booleans and cache-hit', () => {
  test.each<[Result, string, string, string, string]>([
    ['reused', 'true', 'false', 'false', 'true'],
    ['waited', 'false', 'true', 'false', 'true'],
    ['built', 'false', 'false', 'true', 'false'],
    ['private', 'false', 'false', 'false', 'false'],
    ['missed', 'false', 'false', 'false', 'false'],
  ])('agree for %s', (result, reused, waited, built, hit) => {
    expect(outputsOf(anOutcome({ result }))).toMatchObject({ result, reused, waited, built, 'cache-hit': hit });
  });

  test.each<Partial<Outcome>>([{ result: undefined, error }, { result: undefined }, { result: 'built', error }])(
    'say nothing for a failed step: %j',
    (change) => {
      const none = { result: '', reused: 'false', waited: 'false', built: 'false', 'cache-hit': '' };
      expect(outputsOf(anOutcome(change))).toMatchObject(none);
    },
  );
});

describe('seconds', () => {
  test.each<[string, Partial<Outcome>, string, string, string]>([
    ['a wait is taken off what was saved', { result: 'waited', waitedMs: 30_250 }, '30.25', '90.5', '60.25'],
    ['a longer wait than the build saved nothing', { result: 'waited', waitedMs: 95_000 }, '95', '90.5', '0'],
    ['who built saved nothing', { result: 'built', buildMs: 1500, waitedMs: 20 }, '0.02', '1.5', '0'],
    ['who built privately saved nothing', { result: 'private', manifest: undefined, buildMs: 7000 }, '0', '7', '0'],
    ['there are three decimals at most', { waitedMs: 1234.5678, buildMs: 2000.0001 }, '1.235', '2', '0.765'],
    ['a wait of less than a millisecond is none', { waitedMs: 0.2 }, '0', '90.5', '90.5'],
    ['a miss has none', { result: 'missed', manifest: undefined, path: undefined }, '0', '', ''],
    [
      'a failure has what is known',
      { result: undefined, error, manifest: undefined, buildMs: 3010, waitedMs: 5 },
      '0.005',
      '3.01',
      '',
    ],
    ['a failure at delivery too', { result: undefined, error }, '0', '90.5', ''],
  ])('%s', (_, change, waited, built, saved) => {
    const expected = { 'wait-seconds': waited, 'build-seconds': built, 'saved-seconds': saved };
    expect(outputsOf(anOutcome(change))).toMatchObject(expected);
  });
});

describe('what is known', () => {
  const of = (change: Partial<Outcome>, name: keyof Outputs): string =>
    outputsOf(anOutcome(change), 'https://own.example/1')[name];

  test('the identity is the one of the step, else of the manifest', () => {
    expect(of({ identity: 'mine', manifest: { ...manifest, identity: 'recorded' } }, 'identity')).toBe('mine');
    expect(of({ manifest: { ...manifest, identity: 'recorded' } }, 'identity')).toBe('recorded');
    expect(of({}, 'identity')).toBe('');
  });

  test('a private build was built by this run, a reused one by the recorded, a missing one by nobody', () => {
    expect(of({ result: 'private', manifest: undefined }, 'built-by')).toBe('https://own.example/1');
    expect(of({}, 'built-by')).toBe(manifest.builtBy.runUrl);
    expect(of({ result: 'missed', manifest: undefined }, 'built-by')).toBe('');
    expect(of({ result: undefined, error, manifest: undefined }, 'built-by')).toBe('');
  });

  test('the key is as given and a missing path is empty', () => {
    expect(of({ key: ' two\nlines ' }, 'key')).toBe(' two\nlines ');
    expect(of({ path: undefined }, 'path')).toBe('');
  });
});
