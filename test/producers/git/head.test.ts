import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { headOf } from '../../../src/producers/git/head.ts';
import { tempDir } from '../../harness/job/job.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** A checkout with these files in `.git`. */
function aCheckout(files: Readonly<Record<string, string>>): string {
  const dir = tempDir();
  for (const [name, text] of Object.entries(files)) {
    const file = join(dir, '.git', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return dir;
}

test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
  ['a commit', { HEAD: `${COMMIT}\n` }, COMMIT],
  ['a branch', { HEAD: 'ref: refs/heads/a/b\n', 'refs/heads/a/b': `${COMMIT}\n` }, COMMIT],
  ['a packed branch', { HEAD: 'ref: refs/heads/a\n', 'packed-refs': `# pack\n${COMMIT} refs/heads/a\n` }, COMMIT],
  ['a branch without a commit', { HEAD: 'ref: refs/heads/a\n' }, undefined],
  ['a branch among very many', { HEAD: 'ref: refs/heads/z', 'packed-refs': manyRefs() }, COMMIT],
  ['nothing', {}, undefined],
])('HEAD is read where it names %s', (_what, files, head) => {
  expect(headOf(aCheckout(files))).toBe(head);
});

test.each(['ref: refs/../../outside', 'ref: refs/heads/../../../outside', 'ref: refs/heads/a\0', 'ref: refs/a\\..\\b'])(
  'HEAD with %j is no commit, and nothing outside of .git is read',
  (text) => {
    const dir = aCheckout({ HEAD: text });
    writeFileSync(join(dir, 'outside'), COMMIT);
    expect(headOf(dir)).toBe('');
  },
);

test('a branch that is a folder, and packed refs above 16 MB, are no commit', () => {
  expect(headOf(aCheckout({ HEAD: 'ref: refs/heads/a', 'refs/heads/a/x': COMMIT }))).toBe('');
  const packed = `${'x'.repeat(17e6)}\n${COMMIT} refs/heads/a`;
  expect(headOf(aCheckout({ HEAD: 'ref: refs/heads/a', 'packed-refs': packed }))).toBeUndefined();
});

function manyRefs(): string {
  const others = Array.from(
    { length: 100_000 },
    (_, index) => `${COMMIT.replace(/^0/, 'f')} refs/heads/branch-${index}`,
  );
  return [...others, `${COMMIT} refs/heads/z`].join('\n');
}
