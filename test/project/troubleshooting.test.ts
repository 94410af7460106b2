import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plain, read, rows } from '../harness/markdown.ts';

test('every message of the troubleshooting table is one that the source has', () => {
  const files = readdirSync(join(import.meta.dirname, '../../src'), { recursive: true, encoding: 'utf8' });
  const source = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => plain(read(join('src', name))).replaceAll('\\', ''))
    .join('\n');
  const table = rows(read('docs/TROUBLESHOOTING.md'));
  expect(table.length).toBeGreaterThan(60);
  for (const [cell = ''] of table) {
    const messages = [...cell.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message);
    expect(messages, cell).not.toEqual([]);
    // What varies is told as …; the blanks and signs around it may belong to either side.
    const parts = messages
      .flatMap((message) => message.split('…'))
      .map((part) => part.replace(/^[\s:,."]+|[\s:,."]+$/g, ''));
    for (const part of parts) expect(source.includes(part), part).toBe(true);
  }
});
