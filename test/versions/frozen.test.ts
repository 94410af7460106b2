import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { NEW, OLD } from './versions.ts';

/** One digest over the names and contents of all files but the README, which is ours. */
function digestOf(folder: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names.filter((each) => each !== 'README.md' && statSync(join(folder, each)).isFile())) {
    const content = readFileSync(join(folder, name));
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

test('the frozen files are those of 0.1.0, which no formatter or build has touched', () => {
  const frozen = dirname(OLD.main);
  expect(digestOf(frozen)).toBe('5b292bf74b7e536d5d3e2cd8dc9566d2b74614ddf48fb9bcf5d70e4f786548da');
  expect(digestOf(frozen)).not.toBe(digestOf(dirname(NEW.main)));
});
