// Checks that dist/ is what the sources make: builds into a temporary folder, and compares bytes and executable bits.
// Checks also that no file of dist/ is larger than its budget, or loads a file that it does not need.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import config from '../rolldown.config.ts';
import { overBudget } from './dist-budget.ts';

const root = join(import.meta.dirname, '..');
const committed = join(root, 'dist');
const rebuilt = mkdtempSync(join(tmpdir(), 'build-once-dist-'));

try {
  for (const { output, ...input } of config) {
    await using bundle = await rolldown({ ...input, cwd: root });
    for (const each of [output].flat()) await bundle.write({ ...each, dir: rebuilt });
  }
  const problems = compare(filesIn(committed), filesIn(rebuilt));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error('dist/ is not what the sources make. Run `npm run build` and commit the result.');
    process.exitCode = 1;
  } else {
    console.log('dist/ is what the sources make.');
  }
  const large = overBudget(rebuilt);
  for (const problem of large) console.error(problem);
  if (large.length > 0) process.exitCode = 1;
  else console.log('Every file of dist/ is within its budget, and loads only what it needs.');
} finally {
  rmSync(rebuilt, { recursive: true, force: true });
}

function compare(have: Map<string, Buffer>, want: Map<string, Buffer>): string[] {
  const names = [...new Set([...have.keys(), ...want.keys()])].sort();
  return names.flatMap((name) => {
    const [mine, made] = [have.get(name), want.get(name)];
    if (!mine) return [`dist/${name}: missing`];
    if (!made) return [`dist/${name}: no longer made by the build`];
    return mine.equals(made) ? [] : [`dist/${name}: differs from line ${firstDifferentLine(mine, made)}`];
  });
}

function firstDifferentLine(a: Buffer, b: Buffer): number {
  const [left, right] = [a.toString().split('\n'), b.toString().split('\n')];
  return left.findIndex((line, i) => line !== right[i]) + 1 || left.length + 1;
}

function filesIn(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path).replaceAll('\\', '/');
      // The executable bit is a part of the name, so a file that lost it counts as changed.
      return [isExecutable(path) ? `${name} (executable)` : name, readFileSync(path)];
    }),
  );
}

function isExecutable(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o111) !== 0;
}
