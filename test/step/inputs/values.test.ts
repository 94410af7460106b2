import { describe, expect, test } from 'vitest';
import { boolean, count, duration, eachLine, limit, oneOf, refuse, size } from '../../../src/step/inputs/values.ts';
import { complaint } from './complaint.ts';

describe('duration', () => {
  test.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['500ms', 500],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['6H', 21_600_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['1m1ms', 60_001],
    ['0', 0],
    ['0s', 0],
    ['24d', 2_073_600_000],
    ['none', Infinity],
    ['None', Infinity],
  ])('%s is %d ms', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  test.each<[string, string]>([
    ['90', 'has no unit. Write 90s, 90m or 90h.'],
    ['1.5', 'has no unit. Write 1.5s, 1.5m or 1.5h.'],
    ['1'.repeat(10_000), 'has no unit. Write 90s, 90m or 90h.'],
    ['-5s', 'is negative. Write for example 90s or 1h30m, or none for no limit.'],
    ['25d', 'is longer than 24d. Write 24d or less, or none for no limit.'],
    [`${'9'.repeat(400)}d`, 'is longer than 24d. Write 24d or less, or none for no limit.'],
    ...['', 'soon', '30m1h', '1h1h', '5 minutes', '5min', '1h30', '.5s', '1e3s', '٣s', 'NaNs', '1h-5m', '+5s'].map(
      (text): [string, string] => [
        text,
        'is not a duration. Write for example 90s, 1h30m, 500ms, 2d, or none for no limit.',
      ],
    ),
  ])('%s is refused', (text, said) => {
    expect(complaint(() => duration(text))).toEqual({ value: text, said });
  });

  test('whatever is written from parts is the sum of the parts', () => {
    const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
    for (let mask = 1; mask < 32; mask++) {
      const parts = Object.entries(units).filter((_, index) => mask & (1 << index));
      const text = parts.map(([unit], index) => `${(mask % 7) + index}${unit}`).join('');
      const sum = parts.reduce((total, [, ms], index) => total + ms * ((mask % 7) + index), 0);
      expect(duration(text), text).toBe(sum);
    }
  });

  test('a limit may be unlimited and not zero', () => {
    expect(limit('none')).toBe(Infinity);
    expect(limit('2h')).toBe(7_200_000);
    for (const text of ['0', '0s', '0h0m']) {
      const said = 'would end every build at once. Write none for no limit, or for example 2h.';
      expect(complaint(() => limit(text))).toEqual({ value: text, said });
    }
  });

  test('a long nonsense text is refused at once', () => {
    const start = performance.now();
    for (const text of [`${'1'.repeat(100_000)}x`, '1.'.repeat(50_000), '1h'.repeat(50_000)])
      complaint(() => duration(text));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('size', () => {
  test.each([
    ['500MB', 500e6],
    ['10GB', 10e9],
    ['10 gb', 10e9],
    ['2GiB', 2 * 1024 ** 3],
    ['1.5GB', 1.5e9],
    ['1.0001kB', 1001],
    ['1kB', 1000],
    ['3TB', 3e12],
    ['7B', 7],
    ['123456', 123_456],
    ['0', 0],
  ])('%s is %d bytes', (text, bytes) => {
    expect(size(text)).toBe(bytes);
  });

  test.each<[string, string]>([
    ['10G', 'has no full unit. Write 10GB, or 10GiB for powers of 1024.'],
    ['512 mi', 'has no full unit. Write 512 MB, or 512 MiB for powers of 1024.'],
    ['9999999999PB', 'is larger than any disk. Write for example 500MB or 10GB.'],
    ['9'.repeat(400), 'is larger than any disk. Write for example 500MB or 10GB.'],
    ...['lots', '-1GB', '1.5', 'GB', '1iB', '10%', '1,5GB', '1e9'].map((text): [string, string] => [
      text,
      'is not a size. Write for example 500MB, 10GB, 2GiB, or a number of bytes.',
    ]),
  ])('%s is refused', (text, said) => {
    expect(complaint(() => size(text))).toEqual({ value: text, said });
  });
});

describe('boolean', () => {
  test.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
  ])('%s is %s', (text, value) => {
    expect(boolean(text)).toBe(value);
  });

  test.each(['yes', '1', 'on', 'truee', '"true"'])('%s is refused', (text) => {
    expect(complaint(() => boolean(text))).toEqual({
      value: text,
      said: 'is neither true nor false. Write true or false.',
    });
  });
});

describe('count', () => {
  test.each([
    ['1', 1],
    ['2', 2],
    ['007', 7],
  ])('%s is %d', (text, value) => {
    expect(count(text)).toBe(value);
  });

  test.each(['0', '-1', '1.5', 'two', '1e3', '9'.repeat(30), '0x10'])('%s is refused', (text) => {
    expect(complaint(() => count(text))).toEqual({
      value: text,
      said: 'is not a whole number from 1. Write for example 2.',
    });
  });
});

describe('oneOf', () => {
  const read = oneOf('warn', 'rebuild', 'fail');

  test('a word that is allowed is taken', () => {
    expect(read('rebuild')).toBe('rebuild');
  });

  test.each([
    ['rebild', 'rebuild'],
    ['Rebuild', 'rebuild'],
    ['rebuilding', 'rebuild'],
    ['warning', 'warn'],
    ['wran', 'warn'],
    ['fial', 'fail'],
    ['fai', 'fail'],
    ['error', undefined],
    ['x', undefined],
    ['rebuild'.repeat(5000), undefined],
  ])('%s is refused and the nearest word is suggested', (text, near) => {
    const { value, said } = complaint(() => read(text));
    expect(value).toBe(text);
    const question = near === undefined ? '' : `Did you mean \`${near}\`? `;
    expect(said).toBe(`is not an allowed value. ${question}Allowed: warn, rebuild, fail.`);
  });
});

describe('eachLine', () => {
  test('blank lines and outer blanks do not count, whatever ends a line', () => {
    expect(eachLine('\n a \r\n\r\n\tb\rc\n', (line) => line)).toEqual(['a', 'b', 'c']);
  });

  test('the faults of all lines are told', () => {
    const read = (line: string): string => (line.startsWith('x') ? refuse(line, 'is bad', 'Write better') : line);
    const bad = (value: string): object => ({ value, wrong: 'is bad', instead: 'Write better' });
    expect(() => eachLine('x1\nok\nx2', read)).toThrow(expect.objectContaining({ faults: [bad('x1'), bad('x2')] }));
  });
});
