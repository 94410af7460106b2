import { lstatSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { isToken } from '../../base/key.ts';
import { ABSENT, GONE, listFolder, lookAt, removeFile } from '../../host/file-system.ts';
import { inFolder, makeRealFolders } from '../../host/folder.ts';
import { buildDir, type EntryPaths, publishedMark } from '../layout.ts';
import { current } from '../look.ts';
import { wasPublished } from '../publish/publish.ts';
import { discard } from '../trash.ts';
import { isUsed, leasesOf } from './lease-life.ts';

/** What became of a build that was to go: `kept` was never published, or is gone already. */
export type Retired = 'removed' | 'in use' | 'kept';

/**
 * Takes a build that was published out of the cache, unless a job may be using it.
 *
 * The order makes it safe, with the lock and without it (ADR 27). First the attempt's right to publish goes, then the
 * manifest: from then on no entry ever names the build again, for nobody puts a manifest back. Then the leases are read.
 * A job writes its lease before it looks at the entry for the last time, so either the lease is seen here, or the job sees
 * that the entry does not name the build and takes it not. Only then the build is moved out of sight.
 *
 * If this process dies in between, the build is one that nothing names, and the next call for it goes on.
 *
 * @throws the system's error; OnceError ROOT_UNUSABLE if a link is in the place of a folder
 */
export function retire(paths: EntryPaths, token: string): Retired {
  if (!wasPublished(paths, token)) return 'kept';
  makeRealFolders(paths.root, paths.readers);
  if (isUsed(paths, token)) return 'in use';
  if (current(paths) === token) unpublish(paths);
  // Asked again: a job may have come between the first look and the manifest.
  if (isUsed(paths, token)) return 'in use';
  const became = discard(paths, buildDir(paths, token), token);
  // One that could not be moved is, without its mark, a build that was never published: the sweep deletes it.
  forgetBuild(paths, token);
  return became === 'absent' ? 'kept' : 'removed';
}

/**
 * By `unlink`, not by a rename of the folder around it: an NFS client that remembers the folder would find the manifest in
 * it still.
 */
function unpublish({ manifest }: EntryPaths): void {
  unless(ABSENT, () => unlinkSync(manifest));
}

/** The marks go last: without them, the build would be one that was never published, and nobody would ask for its leases. */
function forgetBuild(paths: EntryPaths, token: string): void {
  inFolder(paths.readers, (readers) => {
    for (const name of leasesOf(paths, token)) removeFile(join(readers, name));
  });
  inFolder(paths.published, (published) => {
    const marks = listFolder(published).filter((name) => name.startsWith(`${token}.`));
    for (const name of [...marks, token]) removeFile(join(published, name));
  });
}

/** Forgets the builds that are gone: those of a process that died before it could, and leases that came too late. */
export function forgetRetired(paths: EntryPaths): void {
  const noted = [paths.published, paths.readers].flatMap((folder) => listFolder(folder, GONE));
  for (const token of new Set(noted.map((name) => name.slice(0, 12)).filter(isToken))) {
    if (lookAt(buildDir(paths, token)) === undefined && current(paths) !== token) forgetBuild(paths, token);
  }
}

/**
 * The user id of somebody else to whom a build or its entry belongs, if this user may not clear it away; undefined: it may.
 * The superuser may.
 */
export function foreignOwner(paths: EntryPaths, token: string): number | undefined {
  const user = process.getuid?.();
  if (user === undefined || user === 0) return undefined;
  const owners = [paths.dir, buildDir(paths, token), publishedMark(paths, token)].map(
    (path) => unless(ABSENT, () => lstatSync(path).uid) ?? user,
  );
  return owners.find((owner) => owner !== user);
}
