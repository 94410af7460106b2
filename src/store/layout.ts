import { basename, dirname, join, sep } from 'node:path';
import { isToken } from '../base/key.ts';

/** Name of the manifest: in an entry, and before that in the right of the attempt that publishes it. */
export const MANIFEST = 'manifest.json';

/** Paths below one entry's folder. The names are the contract of docs/ARCHITECTURE.md; nothing else builds paths there. */
export interface EntryPaths {
  /** The shared root. */
  readonly root: string;
  readonly id: string;
  /** The folder of the key. */
  readonly dir: string;
  /** Exists, with its manifest, once something is published. */
  readonly entry: string;
  readonly manifest: string;
  readonly failures: string;
  readonly readers: string;
  readonly published: string;
}

/** Where everything of this version lives below the shared root. */
export function versionDir(root: string): string {
  return join(root, 'build-once', 'v1');
}

export function entryPaths(root: string, id: string): EntryPaths {
  const dir = join(versionDir(root), id);
  // Whoever lists a cache asks for thousands of these: `join` would read each path anew.
  const below = `${dir}${sep}`;
  return {
    root,
    id,
    dir,
    entry: `${below}entry`,
    manifest: `${below}entry${sep}${MANIFEST}`,
    failures: `${below}failures`,
    readers: `${below}readers`,
    published: `${below}published`,
  };
}

/** The paths of the entry whose folder is `dir`, in whatever root; undefined: that is no folder of an entry. */
export function entryAt(dir: string): EntryPaths | undefined {
  const [root] = foldersAbove(dir);
  const paths = root === undefined ? undefined : entryPaths(root, basename(dir));
  return paths?.dir === dir ? paths : undefined;
}

/** The shared root and what is between it and `dir`, the folder of a key; from the top. */
export function foldersAbove(dir: string): readonly string[] {
  const version = dirname(dir);
  return [dirname(dirname(version)), dirname(version), version];
}

/** The folder with the build slots of a group. */
export function slotsDir(root: string, group: string): string {
  return join(versionDir(root), '.slots', group);
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

/** Folder of the names that builds had which were carried from this root, or to it; each an empty folder that stays. */
export function carriedDir(paths: EntryPaths): string {
  return join(paths.dir, 'carried');
}

/** Empty files named after the entries that an image of a daemon was made for. */
export function imageRecords(paths: Pick<EntryPaths, 'root'>, name: string): string {
  return join(versionDir(paths.root), '.images', name);
}

/** Where something of an attempt goes before it is deleted: within the same parent, which even a read-only folder may do. */
export function trashOf(paths: EntryPaths, name: string): string {
  return join(paths.dir, `.trash-${name}`);
}

/** Whether a name in the folder of a key is the trash of an attempt: its build, or its right to publish. */
export function isTrash(name: string): boolean {
  return /^\.trash-(?:entry\.)?[0-9a-f]{12}(?:-[0-9a-f]{12})?$/.test(name);
}

/** The token in `<token>`, `entry.<token>` or `.trash-entry.<token>`; else undefined. */
export function tokenIn(name: string): string | undefined {
  return isToken(name) ? name : rightIn(name);
}

/** The token in `entry.<token>` or `.trash-entry.<token>`, a right or one that is being taken away; else undefined. */
export function rightIn(name: string): string | undefined {
  return /^(?:\.trash-)?entry\.([0-9a-f]{12})$/.exec(name)?.[1];
}
