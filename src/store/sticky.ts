import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OnceError, unless } from '../base/errors.ts';
import { type EntryPaths, versionDir } from './layout.ts';

const STICKY = 0o1000;

/**
 * Whether users who may write to a folder can remove and rename there only what is their own: then nobody takes over
 * the lock of another user, and nobody clears away what another user's dead build left.
 */
export function isSticky(folder: string): boolean {
  const stats = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => statSync(folder));
  return stats !== undefined && (stats.mode & STICKY) !== 0;
}

/**
 * Asked before a cache that several users share is written to; see ADR 13 for why the root counts too.
 *
 * @throws OnceError ROOT_UNUSABLE that names the folder
 */
export function refuseSticky(root: string, paths: EntryPaths): void {
  const version = versionDir(root);
  const below = [paths.dir, paths.lock, paths.holders, paths.failures, paths.readers, paths.published, paths.tmp];
  const sticky = [root, dirname(version), version, ...below].find(isSticky);
  if (sticky === undefined) return;
  throw new OnceError(
    'ROOT_UNUSABLE',
    `shared: group: ${sticky} is sticky (chmod +t), so that no user could take over the lock of another one who died. Take that away (chmod -t), or make a folder of its own in it and name that as \`root\`.`,
  );
}
