import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryPaths } from '../../src/store/layout.ts';
import { type Manifest, readManifest, writeManifest } from '../../src/store/manifest.ts';
import { tempDir } from '../harness/job/job.ts';
import { aManifest } from './a-manifest.ts';

const paths = entryPaths('/cache', 'sdk-0123456789abcdef0123');
const whole = aManifest(paths, '0123456789ab');

function read(text: string) {
  const file = join(tempDir(), 'manifest.json');
  writeFileSync(file, text);
  return readManifest(file);
}

test.each<Partial<Manifest>>([
  {},
  { key: 'two\nlines\x1b' },
  { key: '\x01'.repeat(8192), path: `/${'p'.repeat(4095)}`, identity: '🔑'.repeat(500) },
  { identity: 'sha256:0', files: 0, bytes: Number.MAX_SAFE_INTEGER, digest: 'd' },
])('what is written can be read: %#', (change) => {
  expect(read(writeManifest({ ...whole, ...change }))).toMatchObject({
    kind: 'whole',
    manifest: { ...whole, ...change },
  });
});

test.each<Partial<Manifest>>([
  { identity: 'two\nlines' },
  { identity: 'x'.repeat(1001) },
  { build: '../x' },
  { key: 'k'.repeat(70_000) },
])('what could not be read is not written: %#', (change) => {
  expect(() => writeManifest({ ...whole, ...change })).toThrow(/^The .*[Nn]othing was published/);
});

test.each<[string, unknown]>([
  ['key', 7],
  ['scope', null],
  ['build', '../../../../etc'],
  ['build', '0123456789ab/..'],
  ['producer', ['run']],
  ['producer', 'x\n::error::y'],
  ['fingerprint', {}],
  ['identity', null],
  ['identity', '\x9b31m'],
  ['files', '12'],
  ['files', -1],
  ['files', 1.5],
  ['bytes', 1e300],
  ['digest', { a: 1 }],
  ['buildMs', 1e308],
  ['buildMs', -5],
  ['createdAt', '\0'],
  ['path', undefined],
  ['platform', 'x'.repeat(1001)],
  ['bootId', 5],
  ['builtBy', null],
  ['builtBy', { ...whole.builtBy, host: undefined }],
  ['builtBy', { ...whole.builtBy, job: ['a'] }],
  ['builtBy', { ...whole.builtBy, runUrl: 'https://x\n' }],
])('with a `%s` of %j it is damaged', (name, value) => {
  const why = `is not a whole manifest: its \`${name}\` is missing or not valid`;
  expect(read(JSON.stringify({ ...whole, [name]: value }))).toEqual({ kind: 'damaged', why });
});

test('fields of later versions are fine, and names of the language are only names', () => {
  const text = JSON.stringify({ ...whole, news: 1 }).replace('{', '{"__proto__":{"identity":"x"},"constructor":1,');
  const reading = read(text);
  expect(reading.kind).toBe('whole');
  expect(reading.kind === 'whole' && Object.keys(reading.manifest)).toContain('news');
  expect(({} as { identity?: string }).identity).toBeUndefined();
});
