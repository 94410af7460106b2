import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { unless } from '../base/errors.ts';
import { listFolder } from '../host/file-system.ts';
import { makeRealFolders } from '../host/folder.ts';
import { type EntryPaths, imageRecords } from './layout.ts';

/** Which entries the images of daemons were made for, as one entry asks it: empty files named after the entries. */
export function imageRecordsOf(paths: EntryPaths) {
  // One host may have an image for one key, and another host for none: ids are the same everywhere.
  const folderOf = (daemon: string, image: string) => imageRecords(paths, sha256(daemon, image).slice(0, 32));
  return {
    /** A name like `env:latest` may stand for an image that was built for another key. */
    mayAdopt(daemon: string, image: string): boolean {
      const makers = listFolder(folderOf(daemon, image));
      return makers.length === 0 || makers.includes(paths.id);
    },
    record(daemon: string, image: string): void {
      const folder = folderOf(daemon, image);
      makeRealFolders(paths.root, folder);
      unless(['EEXIST'], () => closeSync(openSync(join(folder, paths.id), 'wx')));
    },
  };
}
