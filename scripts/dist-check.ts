// Builds into a temporary folder and compares it with dist/ byte by byte: what is committed is what the sources make.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import config from '../rolldown.config.ts';

const root = join(import.meta.dirname, '..');
const committed = join(root, 'dist');
const rebuilt = mkdtempSync(join(tmpdir(), 'build-once-dist-'));

try {
  const { output, ...input } = config;
  await using bundle = await rolldown({ ...input, cwd: root });
  await bundle.write({ ...output, dir: rebuilt });
  const problems = compare(filesIn(committed), filesIn(rebuilt));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error('dist/ is not what the sources make. Run `npm run build` and commit the result.');
    process.exitCode = 1;
  } else {
    console.log('dist/ is what the sources make.');
  }
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
      return [relative(folder, path).replaceAll('\\', '/'), readFileSync(path)];
    }),
  );
}
