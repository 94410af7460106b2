import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/digest.ts';

const reference = (text: string) => createHash('sha256').update(text).digest('hex');

test('a digest is the sha256 of the UTF-8 bytes, at every length up to some blocks', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  for (let length = 0; length <= 400; length++) {
    const text = randomBytes(length).toString('latin1');
    expect([length, sha256(text)]).toEqual([length, reference(text)]);
  }
});

test('a digest of 10,000 random texts, emoji and half surrogates among them, is what node:crypto says', () => {
  for (let count = 0; count < 10_000; count++) {
    const text = randomBytes(2 * (count % 150)).toString('utf16le');
    if (sha256(text) !== reference(text)) expect.fail(JSON.stringify(text));
  }
});

test('a digest of a megabyte', () => {
  const text = 'build-once '.repeat(100_000);
  expect(sha256(text)).toBe(reference(text));
});

test('texts are separated by NUL, so that what stands in one cannot be taken for the end of it', () => {
  expect(sha256('a', 'bc')).toBe(reference('a\0bc'));
  expect(sha256('a', 'bc')).not.toBe(sha256('ab', 'c'));
});
