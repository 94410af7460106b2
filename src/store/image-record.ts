import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { unless } from '../base/errors.ts';
import { makeRealFolders } from '../host/folder.ts';
import { type EntryPaths, imageRecords } from './layout.ts';

/**
 * Whether an entry may take over an image that it did not make: no entry is known to have made it, as when a person pulled
 * it. A name like `env:latest` may stand for an image that was built for another key.
 */
export function mayAdopt(paths: EntryPaths, daemon: string, image: string): boolean {
  const makers = unless(['ENOENT', 'ENOTDIR'], () => readdirSync(folderOf(paths, daemon, image))) ?? [];
  return makers.length === 0 || makers.includes(paths.id);
}

/** Notes that an image of a daemon is this entry's. Asked before the image gets its name. */
export function recordImage(paths: EntryPaths, daemon: string, image: string): void {
  const folder = folderOf(paths, daemon, image);
  makeRealFolders(paths.root, folder);
  unless(['EEXIST'], () => closeSync(openSync(join(folder, paths.id), 'wx')));
}

/** One host may have an image for one key, and another host for none: ids are the same everywhere. */
function folderOf(paths: EntryPaths, daemon: string, image: string): string {
  return imageRecords(paths, sha256(daemon, image).slice(0, 32));
}
