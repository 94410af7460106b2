import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isToken } from '../../../src/base/key.ts';

/** The folders of all keys in a shared cache. */
export function entryDirs(root: string): string[] {
  const version = join(root, 'build-once', 'v1');
  return list(version)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(version, name));
}

/** Paths below the cache that only an attempt in progress has; an attempt that ended, however it did, leaves none. */
export function residue(root: string): string[] {
  return entryDirs(root).flatMap((dir) => [
    ...['lock', 'holders', 'tmp'].flatMap((name) => list(join(dir, name)).map((file) => join(dir, name, file))),
    ...list(dir)
      .filter((name) => /^entry\.|^\.trash/.test(name) || (isToken(name) && !existsSync(join(dir, 'published', name))))
      .map((name) => join(dir, name)),
  ]);
}

/** The build folders of all keys. */
export function buildsIn(root: string): string[] {
  return entryDirs(root).flatMap((dir) =>
    list(dir)
      .filter(isToken)
      .map((name) => join(dir, name)),
  );
}

/** Everything below `root` as relative paths, without what people read afterwards (the journal). */
export function pathsBelow(root: string): string[] {
  const all = list(root, true).map((name) => relative(root, join(root, name)));
  return all.filter((name) => !name.includes('.journal')).sort();
}

/** Files below `root` that hold `text`, or have it in their name. */
export function filesWith(root: string, text: string): string[] {
  return list(root, true).filter((name) => {
    const file = join(root, name);
    return name.includes(text) || (statSync(file).isFile() && readFileSync(file, 'latin1').includes(text));
  });
}

function list(dir: string, recursive = false): string[] {
  return existsSync(dir) ? readdirSync(dir, { recursive, encoding: 'utf8' }) : [];
}
