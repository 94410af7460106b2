import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unless } from '../base/errors.ts';
import { makeFolder } from '../host/file-system.ts';

/** Paths below one entry's folder. The names are the contract of DESIGN section 4; nothing else builds paths there. */
export interface EntryPaths {
  readonly id: string;
  /** The folder of the key. */
  readonly dir: string;
  /** Exists, with its manifest, once something is published. */
  readonly entry: string;
  readonly manifest: string;
  readonly lock: string;
  readonly holders: string;
  readonly failures: string;
  readonly readers: string;
  readonly published: string;
  readonly tmp: string;
}

/** Where everything of this version lives below the shared root. */
export function versionDir(root: string): string {
  return join(root, 'build-once', 'v1');
}

export function entryPaths(root: string, id: string): EntryPaths {
  const dir = join(versionDir(root), id);
  const entry = join(dir, 'entry');
  return {
    id,
    dir,
    entry,
    manifest: join(entry, 'manifest.json'),
    lock: join(dir, 'lock'),
    holders: join(dir, 'holders'),
    failures: join(dir, 'failures'),
    readers: join(dir, 'readers'),
    published: join(dir, 'published'),
    tmp: join(dir, 'tmp'),
  };
}

/** The shared root and what is between it and `dir`, the folder of a key; from the top. */
export function foldersAbove(dir: string): readonly string[] {
  const version = dirname(dir);
  return [dirname(dirname(version)), dirname(version), version];
}

/** One slot of a group: it has a lock like a key, and nothing else. */
export function slotPaths(root: string, group: string, slot: string): EntryPaths {
  return entryPaths(root, join('.slots', group, slot));
}

/** Names of the slots of a group that anybody ever asked for. */
export function slotsOf(root: string, group: string): string[] {
  const dir = join(versionDir(root), '.slots', group);
  return (unless(['ENOENT', 'ENOTDIR'], () => readdirSync(dir)) ?? []).filter((name) => /^\d+$/.test(name));
}

/** Makes what the claim of a slot needs. Throws the system's error. */
export function makeSlotDirs(paths: EntryPaths): void {
  for (const dir of [paths.holders, paths.tmp]) makeFolder(dir);
}

/** Makes what a claim needs; a hit never calls this. Throws the system's error. */
export function makeEntryDirs(paths: EntryPaths): void {
  for (const dir of [paths.holders, paths.failures, paths.readers, paths.published, paths.tmp]) {
    makeFolder(dir);
  }
}

/** Where the attempt `token` builds, and where its build stays. */
export function buildDir(paths: EntryPaths, token: string): string {
  return join(paths.dir, token);
}

/** The attempt's right to publish: made before its build folder, consumed by publishing. */
export function rightDir(paths: EntryPaths, token: string): string {
  return join(paths.dir, `entry.${token}`);
}

/** Empty; comes out of the right before publishing: such a build is never swept, only pruned. */
export function publishedMark(paths: EntryPaths, token: string): string {
  return join(paths.published, token);
}

/** Empty; says that the sizes of this build were found right after the boot with this id. */
export function checkedMark(paths: EntryPaths, token: string, bootId: string): string {
  return join(paths.published, `${token}.${bootId.slice(0, 8)}`);
}

/** Empty files named after the entries that an image of a daemon was made for. */
export function imageRecords(paths: EntryPaths, name: string): string {
  return join(dirname(paths.dir), '.images', name);
}

const TRASH = '.trash-';

/** Where something goes before it is deleted: within the same parent, which even a read-only folder may do. */
export function trashOf(paths: EntryPaths, name: string): string {
  return join(paths.dir, `${TRASH}${name}`);
}

export function isTrash(name: string): boolean {
  return name.startsWith(TRASH);
}

/** The token in `<token>`, `entry.<token>` or `.trash-entry.<token>`; else undefined. */
export function tokenIn(name: string): string | undefined {
  return /^(?:(?:\.trash-)?entry\.)?([0-9a-f]{12})$/.exec(name)?.[1];
}

/** Whether a name in the entry's folder is an attempt's right to publish that was taken away. */
export function isTakenRight(name: string): boolean {
  return name.startsWith(`${TRASH}entry.`);
}
