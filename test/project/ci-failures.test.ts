import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-failures-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what .ci/run says again at the end', () => {
  test('names the file, the test and the head of its messages, without what is not ours in the stack', () => {
    const stack = `    at ${resolve('test/a.test.ts')}:3:1\n    at run (${resolve('node_modules/vitest/x.js')}:1:1)`;
    const said = failures(report({ a: [`Error: \u001b[31mred\u001b[39m\n${stack}`] }));
    const file = join('test', 'a.test.ts');
    expect(said).toBe(`\n${file} > group a\n    Error: red\n        at ${file}:3:1\n`);
  });

  test('names a file that does not load', () => {
    const file = { name: resolve('test/b.test.ts'), status: 'failed', message: 'Cannot find it', assertionResults: [] };
    const name = join('test', 'b.test.ts');
    expect(failures({ testResults: [file] })).toBe(`\n${name} > (the file itself)\n    Cannot find it\n`);
  });

  test('says nothing of what passed', () => {
    expect(failures(report({}))).toBe('None in the reports: see the stages that failed.\n');
  });

  test('passes over a report that was never written', () => {
    expect(failures(undefined)).toBe('None in the reports: see the stages that failed.\n');
  });

  test.each([1, 7, 40, 400])('stays within its lines with %d long failures, and says that there are more', (count) => {
    const long = `${'x'.repeat(1000)}\n`.repeat(100);
    const said = failures(report(Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, [long]]))));
    const lines = said.split('\n');
    expect(lines.length).toBeLessThan(160);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(260);
    expect(lines.filter((line) => line.startsWith(join('test', 'a.test.ts')))).toHaveLength(Math.min(count, 50));
    expect(said.includes('and 350 more')).toBe(count === 400);
  });
});

function report(messages: Record<string, string[]>): object {
  const failed = Object.entries(messages).map(([name, failureMessages]) => ({
    fullName: `group ${name}`,
    status: 'failed',
    failureMessages,
  }));
  const passed = { fullName: 'group fine', status: 'passed', failureMessages: [] };
  const status = failed.length > 0 ? 'failed' : 'passed';
  return {
    testResults: [{ name: resolve('test/a.test.ts'), status, message: '', assertionResults: [passed, ...failed] }],
  };
}

function failures(content: object | undefined): string {
  const path = join(folder, 'report.json');
  if (content) writeFileSync(path, JSON.stringify(content));
  return execFileSync(process.execPath, ['.ci/failures.js', path], { encoding: 'utf8' });
}
