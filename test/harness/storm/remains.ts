import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isToken } from '../../../src/base/key.ts';
import { versionDir } from '../../../src/store/layout.ts';

/** Folders of the keys below a shared root. */
export function keyFolders(root: string): string[] {
  return list(versionDir(root))
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(versionDir(root), name));
}

/** Tokens of the builds that are there, of all keys. */
export function builds(root: string): string[] {
  return keyFolders(root).flatMap((dir) => list(dir).filter(isToken));
}

/** Tokens of the builds that entries name now, of all keys. */
export function published(root: string): string[] {
  return keyFolders(root)
    .map((dir) => join(dir, 'entry/manifest.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')).build as string);
}

/**
 * What nobody needs any more, when no step is at work: locks, records, sockets, private folders, rights, trash, builds
 * that were never published, marks without a build. Empty once a step that took the lock has ended.
 */
export function litter(root: string): string[] {
  return keyFolders(root).flatMap(litterIn);
}

/** What is still to be seen of an attempt that has ended without publishing; what is in the trash is not. */
export function tracesOf(root: string, token: string): string[] {
  const folders = ['', 'lock', 'holders', 'tmp', 'published'];
  const names = keyFolders(root).flatMap((dir) => folders.flatMap((folder) => list(join(dir, folder))));
  return names.filter((name) => name.includes(token) && !name.startsWith('.trash-'));
}

/** Locks, records and private folders in the slots of a group; empty when all slots are free. */
export function inSlots(root: string, group = 'default'): string[] {
  const dir = join(versionDir(root), '.slots', group);
  const names = existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: 'utf8' }) : [];
  return names.filter((name) => !/^\d+(?:[\\/](?:holders|tmp))?$/.test(name));
}

function litterIn(dir: string): string[] {
  const kept = ['carried', 'entry', 'failures', 'holders', 'published', 'readers', 'tmp'];
  const names = list(dir).filter((name) => !kept.includes(name));
  const marks = list(join(dir, 'published'));
  const finished = (name: string) => isToken(name) && marks.includes(name);
  return [
    ...names.filter((name) => !finished(name)),
    ...['holders', 'tmp'].flatMap((folder) => list(join(dir, folder)).map((name) => `${folder}/${name}`)),
    ...list(join(dir, 'entry')).filter((name) => name !== 'manifest.json'),
    ...marks.filter((mark) => !existsSync(join(dir, mark.slice(0, 12)))).map((mark) => `published/${mark}`),
  ];
}

function list(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}
