import { mkdirSync } from 'node:fs';
import { type LockFolders, lockFolders } from '../../../src/lock/file/folders.ts';
import { type EntryPaths, entryPaths } from '../../../src/store/layout.ts';

/** All paths in the folder of one key: those of the store and those of the lock. */
export type KeyPaths = EntryPaths & LockFolders;

export function keyPaths(root: string, id: string): KeyPaths {
  const paths = entryPaths(root, id);
  return { ...paths, ...lockFolders(paths.dir) };
}

/** Makes what a step makes before it claims. */
export function makeKeyDirs({ holders, tmp, failures, readers, published }: KeyPaths): void {
  for (const dir of [holders, tmp, failures, readers, published]) mkdirSync(dir, { recursive: true });
}
