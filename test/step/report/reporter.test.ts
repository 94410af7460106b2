import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Reporter } from '../../../src/base/reporter.ts';

// A URL, since an import takes the drive of Windows for a scheme.
const REPORTER = pathToFileURL(join(import.meta.dirname, '../../../src/step/report/reporter.ts')).href;

/** What a process prints that calls the reporter so: a method, and its text. */
function printed(...calls: readonly (readonly [Exclude<keyof Reporter, 'output'> | 'error', string])[]): string {
  const script = `const { runnerReporter, reportError } = await import(${JSON.stringify(REPORTER)});
    const reporter = { ...runnerReporter(true), error: reportError };
    for (const [method, text] of ${JSON.stringify(calls)}) reporter[method](text);`;
  return spawnSync(process.execPath, ['--input-type=module'], { input: script, encoding: 'utf8' }).stdout;
}

const annotations = ['debug', 'notice', 'warn', 'error', 'openGroup'] as const;
const NAMES = { debug: 'debug', notice: 'notice', warn: 'warning', error: 'error', openGroup: 'group' };

/** Texts, and how a plain line shows them. */
const PLAIN = [
  ['größer 👩‍💻', 'größer 👩‍💻'],
  ['a\n::set-output name=x::y\r::stop-commands::t', 'a\\n::set-output name=x::y\\r::stop-commands::t'],
  ['::add-matcher::x', ': :add-matcher::x'],
  ['  \t::add-matcher::x', '  \\t::add-matcher::x'],
  ['\u00a0\u2003::add-matcher::x', '\u00a0\u2003: :add-matcher::x'],
  ['a ##[error]x ##[add-path]y', 'a # #[error]x # #[add-path]y'],
  ['\x1b]8;;http://x\x07y\x9b31m\u202ez\u2028', '\\x1b]8;;http://x\\x07y\\x9b31m\\u202ez\\u2028'],
  ['50% of a::b', '50% of a::b'],
] as const;

/** Texts, and how a command shows them. */
const COMMANDS = [
  ['two\nlines\r\nof ours', 'two%0Alines%0Aof ours'],
  ['a\r::error::x', 'a\\r::error::x'],
  ['100%0A', '100%250A'],
  ['x ##[add-path]/evil', 'x # #[add-path]/evil'],
  ['\x1b[31m\x9b\u202e\u2029', '\\x1b[31m\\x9b\\u202e\\u2029'],
] as const;

describe('a plain line', () => {
  // In one process, since a start of Node is what takes time.
  test('shows each text in one line that is no command', () => {
    const lines = printed(...PLAIN.map(([text]) => ['info', text] as const)).split('\n');
    expect(lines).toEqual([...PLAIN.map(([, shown]) => shown), '']);
  });

  test('is bounded', () => {
    expect(printed(['info', '\x1b'.repeat(100_000)]).length).toBeLessThanOrEqual(4001);
  });
});

describe.each(annotations)('%s', (method) => {
  test('shows each text in one line', () => {
    const lines = printed(...COMMANDS.map(([text]) => [method, text] as const)).split('\n');
    expect(lines).toEqual([...COMMANDS.map(([, shown]) => `::${NAMES[method]}::${shown}`), '']);
  });

  test('is one line of bounded length', () => {
    const [text = '', ...rest] = printed([method, 'a\n\x1b'.repeat(100_000)]).split('\n');
    expect(rest).toEqual(['']);
    expect(text.length).toBeLessThan(3 * 4000);
  });
});

test('the warning that is no annotation any more is one harmless line too', () => {
  const calls = Array.from({ length: 11 }, () => ['warn', 'a\n::error::x ##[error]y'] as const);
  expect(printed(...calls).split('\n')[10]).toBe('warning: a\\n::error::x # #[error]y');
});
