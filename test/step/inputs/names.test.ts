import { describe, expect, test } from 'vitest';
import { folderName, toolName, version } from '../../../src/step/inputs/names.ts';
import { complaint } from './complaint.ts';

describe('the name of a tool or an architecture', () => {
  test.each(['llvm', 'Python', 'clang-18', 'g++', 'x64', 'arm64', '.NET', 'été', 'console', 'com'])(
    '%s is taken',
    (name) => {
      expect(folderName(name)).toBe(name);
    },
  );

  test.each([
    ['a/b', 'contains a path separator. Write a plain name, of letters, digits, - and _.'],
    ['a\\b', 'contains a path separator. Write a plain name, of letters, digits, - and _.'],
    ['..', 'is a path, not a name. Write a plain name, of letters, digits, - and _.'],
    ['.', 'is a path, not a name. Write a plain name, of letters, digits, - and _.'],
    ['a..b', 'is a path, not a name. Write a plain name, of letters, digits, - and _.'],
    ['my tool', 'contains blanks or control characters. Write a plain name, of letters, digits, - and _.'],
    ['to\0ol', 'contains blanks or control characters. Write a plain name, of letters, digits, - and _.'],
    ['to\x1bol', 'contains blanks or control characters. Write a plain name, of letters, digits, - and _.'],
    [
      'c:tool',
      'contains a character that Windows does not allow in file names. Write a plain name, of letters, digits, - and _.',
    ],
    ['con', 'is the name of a device on Windows. Write another name.'],
    ['NUL.tools', 'is the name of a device on Windows. Write another name.'],
    ['llvm.', 'ends with a dot, which Windows removes. Write it without.'],
    ['x'.repeat(101), 'is longer than 100 characters. Write a shorter name.'],
  ])('%j is refused', (name, said) => {
    expect(complaint(() => folderName(name))).toEqual({ value: name, said });
  });

  test('build-once itself is no tool, and may well be a group of builds or a stage', () => {
    const said = 'is the folder of build-once itself. Write the name of the tool.';
    expect(complaint(() => toolName('Build-Once'))).toEqual({ value: 'Build-Once', said });
    expect(toolName('llvm')).toBe('llvm');
    expect(folderName('build-once')).toBe('build-once');
  });
});

describe('the version of a tool', () => {
  test.each([
    ['18.1.8', '18.1.8'],
    ['v18.1.8', '18.1.8'],
    ['0.0.0', '0.0.0'],
    ['1.2.3-rc.1', '1.2.3-rc.1'],
    ['1.2.3-0a.-.x-y', '1.2.3-0a.-.x-y'],
  ])('%s is taken as %s', (text, plain) => {
    expect(version(text)).toBe(plain);
  });

  test.each([
    ['18', 'is not a semantic version. Write 18.0.0.'],
    ['v18.1', 'is not a semantic version. Write 18.1.0.'],
    ['2024.01.02', 'is not a semantic version. Write 2024.1.2.'],
    ['1.2.3+build.5', 'has build metadata, which tool-cache ignores. Write 1.2.3.'],
    ...['latest', '18.x', '^18.1.8', '1.2.3.4', '1.2.3-', '1.2.3-01', 'vv1.2.3', 'V1.2.3', '1.2.3/../x', '1.2.3\n'].map(
      (text): [string, string] => [text, 'is not a semantic version. Write three numbers, for example 18.1.8.'],
    ),
    [`1.2.3-${'x'.repeat(200)}`, 'is not a semantic version. Write three numbers, for example 18.1.8.'],
    [`${'9'.repeat(17)}.0.0`, 'is not a semantic version. Write three numbers, for example 18.1.8.'],
  ])('%j is refused', (text, said) => {
    expect(complaint(() => version(text))).toEqual({ value: text, said });
  });
});
