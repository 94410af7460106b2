import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** They go by paths, through folders that others may swap meanwhile, and some of them block this thread until they end. */
const BY_PATH = ['rm', 'rmSync', 'cp', 'cpSync'];

// `removeTree`, `removeFile` and `copyTree` are there for it.
test('no source deletes or copies trees with the calls of Node for that', () => {
  expect(sources.length).toBeGreaterThan(200);
  const users = sources.filter((name) => {
    const imports = readFileSync(join(SRC, name), 'utf8').matchAll(/import \{([^}]*)\} from 'node:fs(?:\/promises)?'/g);
    return [...imports].some(([, names = '']) => names.split(/[\s,]+/).some((each) => BY_PATH.includes(each)));
  });
  expect(users).toEqual([]);
});
