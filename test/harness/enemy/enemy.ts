/**
 * A program: the enemy in a shared cache, as a user of the same group. For as long as it lives, it plants links, pipes,
 * folders and records at the names of the protocol, moves what is there away, swaps it, and removes it. It leaves the builds
 * themselves and their manifests alone: a user of the group may change those, and no step can tell.
 *
 * Arguments: the root, and a folder outside of it to which its links lead. Prints a line for each thing that it has done.
 */

import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newToken } from '../../../src/base/key.ts';
import { versionDir } from '../../../src/store/layout.ts';

const [root = '', outside = ''] = process.argv.slice(2);
const counts: Record<string, number> = {};

const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** The token of an attempt that is at work, or one that nobody has. */
function token(dir: string): string {
  const tokens = [...names(join(dir, 'holders')), ...names(join(dir, 'tmp'))].map((name) => name.slice(0, 12));
  return (Math.random() < 0.8 ? oneOf(tokens) : undefined) ?? newToken();
}

/** A name of the protocol in a key's folder. */
function place(dir: string): string {
  const own = token(dir);
  const places = [
    ...['lock', 'tmp', 'holders', 'failures', 'readers', 'published', 'entry'],
    ...[`lock/owner-${own}`, `holders/${own}.json`, `holders/${own}.sock`, `tmp/${own}`, `tmp/${own}/owner-${own}`],
    ...[`failures/${own}.json`, `readers/${own}.x.json`, `published/${own}`, `published/${own}.12345678`],
    ...[`entry.${own}`, `entry.${own}/mark`, `entry.${own}/manifest.json`, `.trash-${own}`, `.trash-entry.${own}`],
    ...[`.trash-lock-${own}`, `.trash-tmp-${own}`, `entry/other`],
  ];
  return join(dir, oneOf(places) ?? 'lock');
}

const RECORDS = ['{', '[]', '{"format":1,"token":"../../../x"}', '\u001b]0;x\u0007'];

const planting: Readonly<Record<string, (path: string) => void>> = {
  link: (path) => symlinkSync(oneOf([outside, join(outside, 'manifest.json'), join(outside, 'lock')]) ?? outside, path),
  pipe: (path) => void execFileSync('mkfifo', [path], { stdio: 'ignore' }),
  folder: (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'stranger'), 'stranger');
  },
  // Not onto a pipe of its own, where it would wait for ever.
  record: (path) => writeFileSync(path, oneOf(RECORDS) ?? '', { flag: 'wx' }),
};

/** Builds and published manifests stay: see above. */
function mayGo(path: string): boolean {
  return !/\/entry$|\/published$/.test(path) && !/^[0-9a-f]{12}$/.test(path.split('/').at(-1) ?? '');
}

function act(): void {
  const dirs = names(versionDir(root)).filter((name) => !name.startsWith('.'));
  const dir = join(versionDir(root), oneOf(dirs) ?? 'none');
  const path = place(dir);
  const how = oneOf(['plant', 'swap', 'remove', 'move']) ?? 'plant';
  const kind = oneOf(Object.keys(planting)) ?? 'link';
  try {
    if (how !== 'plant' && !mayGo(path)) return;
    if (how === 'remove') {
      if (lstatSync(path).isDirectory()) rmSync(path, { recursive: true });
      else unlinkSync(path);
    }
    if (how === 'swap' || how === 'move') renameSync(path, join(dir, `.stolen-${newToken()}`));
    if (how !== 'remove' && how !== 'move') planting[kind]?.(path);
    const what = how === 'remove' || how === 'move' ? how : `${how} ${kind}`;
    counts[what] = (counts[what] ?? 0) + 1;
  } catch {
    // It was not there, or something is in the way.
  }
}

process.on('SIGTERM', () => {
  console.log(JSON.stringify(counts));
  process.exit(0);
});
setInterval(() => {
  for (let count = 0; count < 5; count++) act();
}, 10);
