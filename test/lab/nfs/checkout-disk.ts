import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const CHECKOUT = join(import.meta.dirname, '../../..');
const CONTENT = ['package.json', 'src', 'dist', 'test', 'demo'];
/** Packages that work on the checkout, not in it; all others that `package.json` names are in the guest. */
const TOOLS = /^(?:@biomejs\/|@types\/|node$|rolldown$|typescript$|vitest$)/;

/** Makes the second disk of a guest, the file `disk`: this checkout, Node, and the command. */
export function makeDisk(disk: string, command: string): void {
  const content = `${disk}.d`;
  mkdirSync(join(content, 'bin'), { recursive: true });
  try {
    for (const name of CONTENT.filter((each) => existsSync(join(CHECKOUT, each)))) {
      cpSync(join(CHECKOUT, name), join(content, 'checkout', name), { recursive: true });
    }
    for (const dir of packages(CHECKOUT, (name) => !TOOLS.test(name))) {
      cpSync(join(CHECKOUT, dir), join(content, 'checkout', dir), { recursive: true });
    }
    cpSync(process.execPath, join(content, 'bin/node'), { dereference: true });
    writeFileSync(join(content, 'command'), command);
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal', '-d', content, disk, '512M'], { stdio: 'pipe' });
  } finally {
    rmSync(content, { recursive: true, force: true });
  }
}

/** Folders below the checkout, of the packages it needs and of those that they need. */
function packages(checkout: string, needed: (name: string) => boolean): Set<string> {
  const found = new Set<string>();
  const add = (from: string, kinds: readonly string[]) => {
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    const names = kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
    for (const name of names.filter(needed)) {
      const dir = whereIs(name, from);
      const inside = dir.slice(checkout.length + 1);
      if (found.has(inside)) continue;
      found.add(inside);
      add(dir, ['dependencies']);
    }
  };
  add(checkout, ['dependencies', 'devDependencies']);
  return found;
}

/** As Node looks for a package: in `node_modules` of each folder on the way up. Some have the name of a builtin (`events`). */
function whereIs(name: string, from: string): string {
  const paths = createRequire(join(from, 'package.json')).resolve.paths(`${name}/package.json`) ?? [];
  const dir = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
  if (dir === undefined) throw new Error(`the package ${name} is not installed: npm ci`);
  return dir;
}
