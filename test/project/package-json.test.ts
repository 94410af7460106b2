import { globSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { read } from '../harness/markdown.ts';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
const tests = globSync('test/**/*.test.ts', { cwd: root }).map((file) => file.replaceAll(sep, '/'));

/** The paths among the arguments of a script that runs vitest. */
function pathsOf(script: string): string[] {
  return script.split(' ').filter((argument) => argument.startsWith('test/'));
}

function matchesNothing(path: string): boolean {
  return !tests.some((file) => file.startsWith(path));
}

// Vitest ignores a path without a test file, as long as another path has one.
test.each(Object.entries(scripts).filter(([, script]) => script.startsWith('vitest ')))(
  'each path of the script %s has a test file',
  (_name, script) => {
    expect(pathsOf(script).filter(matchesNothing)).toEqual([]);
  },
);

test('package.json, package-lock.json and the newest section of CHANGELOG.md are of one version', () => {
  const { version } = JSON.parse(read('package.json')) as { readonly version: string };
  const lock = JSON.parse(read('package-lock.json')) as { version: string; packages: Record<string, object> };
  expect([lock.version, lock.packages['']]).toMatchObject([version, { version }]);
  const [newest] = [...read('CHANGELOG.md').matchAll(/^## (\d.*)$/gm)].map(([, name]) => name);
  expect(newest).toBe(version);
});

test('a path without a test file would be found', () => {
  expect(pathsOf(scripts['test:portable'] ?? '').length).toBeGreaterThan(5);
  expect(['test/base/', 'test/gone/', 'test/project/readme', 'test/readme'].filter(matchesNothing)).toEqual([
    'test/gone/',
    'test/readme',
  ]);
});
