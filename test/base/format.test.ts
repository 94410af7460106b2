import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, hasControls, inOneLine, shorten } from '../../src/base/format.ts';

describe('formatDuration', () => {
  test.each([
    [0, '0 s'],
    [-5, '0 s'],
    [Number.NaN, '0 s'],
    [0.4, '0 s'],
    [1, '1 ms'],
    [340.4, '340 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [2000, '2 s'],
    [2500, '2.5 s'],
    [9960, '10 s'],
    [42_000, '42 s'],
    [59_600, '1 m'],
    [72_000, '1 m 12 s'],
    [3_599_600, '1 h'],
    [6 * 3_600_000, '6 h'],
    [7_500_000, '2 h 5 m'],
    [86_399_999, '1 d'],
    [75 * 3_600_000, '3 d 3 h'],
    [Infinity, 'no limit'],
  ])('%d ms is shown as %s', (ms, shown) => {
    expect(formatDuration(ms)).toBe(shown);
  });

  test('no duration is shown with a part that is a whole one of the next unit', () => {
    for (let ms = 1; ms < 4e8; ms = Math.ceil(ms * 1.001)) {
      expect(formatDuration(ms)).not.toMatch(/\b(1000 ms|60 s|60 m|24 h)\b/);
    }
  });
});

describe('formatBytes', () => {
  test.each([
    [0, '0 B'],
    [-1, '0 B'],
    [999, '999 B'],
    [999.6, '1 kB'],
    [1499, '1.5 kB'],
    [9999, '10 kB'],
    [340e6, '340 MB'],
    [999.6e6, '1 GB'],
    [1.26e12, '1.3 TB'],
    [2e18, '2000 PB'],
  ])('%d bytes are shown as %s', (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown);
  });
});

describe('shorten', () => {
  test.each([
    ['plain', 10, 'plain'],
    ['exactly-10', 10, 'exactly-10'],
    ['exactly-11!', 10, 'exactly-1…'],
    ['a\nb\r\n\tc', 80, 'a\\nb\\r\\n\\tc'],
    ['nul\0', 80, 'nul\\0'],
    ['\x1b[31mred\x7f\x85', 80, '\\x1b[31mred\\x7f\\x85'],
    ['\u202egnp.exe\u2066\u2028\ufeff', 80, '\\u202egnp.exe\\u2066\\u2028\\ufeff'],
    ['\u{e0041}tag', 80, '\\u{e0041}tag'],
    ['half \ud83d', 80, 'half \\ud83d'],
    ['😀 and 👩‍💻', 80, '😀 and 👩‍💻'],
    ['😀😀😀', 4, '😀…'],
    ['ab\n\n', 5, 'ab\\n…'],
    ['', 5, ''],
  ])('%j within %d characters is %j', (text, max, shown) => {
    expect(shorten(text, max)).toBe(shown);
  });

  test('it is never longer than asked and never more than one line', () => {
    const texts = ['x'.repeat(10_000), '\n'.repeat(10_000), '😀'.repeat(10_000), '\ud800'.repeat(10_000)];
    for (const text of texts) {
      for (const max of [1, 2, 7, 80, 500]) {
        const shown = shorten(text, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/[\n\r]/);
      }
    }
  });
});

test.each([
  ['plain ~', false],
  ['größer 😀\u200d', false],
  ['a\nb', true],
  ['ü\x7f', true],
  ['ü\x9b', true],
  ['\0', true],
])('that %j has control characters is %s', (text, has) => {
  expect(hasControls(text)).toBe(has);
});

test.each([
  ['1.2.3 of ~', '1.2.3 of ~'],
  ['größer', 'größer'],
  ['a\r\nb\u2028c\u2029d\x1b', 'a__b_c_d_'],
])('%j in one line is %j', (text, line) => {
  expect(inOneLine(text, '_')).toBe(line);
});
