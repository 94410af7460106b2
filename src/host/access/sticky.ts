import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OnceError, systemCode, unless } from '../../base/errors.ts';

const STICKY = 0o1000;
const OTHERS_WRITE = 0o002;

const SET_GROUP = 0o2000;
const GROUP_WRITES = 0o020;

/**
 * Whether what is made in a folder is meant for its group, as `chmod g+rws` says. If it does not exist yet, the nearest
 * folder above it that does is asked. Not a sticky one, where users cannot clear away what is not theirs.
 */
export function isForGroup(folder: string): boolean {
  const parent = dirname(folder);
  try {
    return (statSync(folder).mode & (SET_GROUP | GROUP_WRITES | STICKY)) === (SET_GROUP | GROUP_WRITES);
  } catch (error) {
    return systemCode(error) === 'ENOENT' && parent !== folder && isForGroup(parent);
  }
}

/**
 * Whether users who may write to a folder can remove and rename there only what is their own: then nobody takes over
 * the lock of another user, and nobody clears away what another user's dead build left.
 */
export function isSticky(folder: string): boolean {
  const stats = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => statSync(folder));
  return stats !== undefined && (stats.mode & STICKY) !== 0;
}

/**
 * Called before a cache that several users share is written to; ADR 13 says why the root counts too.
 * @throws OnceError ROOT_UNUSABLE that names the first sticky folder
 */
export function refuseSticky(folders: readonly string[]): void {
  const sticky = folders.find(isSticky);
  if (sticky === undefined) return;
  throw new OnceError(
    'ROOT_UNUSABLE',
    `shared: group: ${sticky} is sticky (chmod +t), so no user could take over the lock of another one who died. Take that away (chmod -t), or make a folder of its own in it and name that as \`root\`.`,
  );
}

/**
 * Where everybody may write, anybody may put a folder in the place of one of ours. In a sticky folder, as /tmp is, nobody
 * can replace what is ours; then what we have in it counts. Below a folder that is closed to others, modes do no harm.
 * @param folders from the root down to the folder of a key; those that are missing are about to be made
 * @throws OnceError ROOT_UNUSABLE that names the folder
 */
export function refuseWorldWritable(folders: readonly string[], groupShared: boolean): void {
  if (groupShared || process.geteuid === undefined) return;
  for (const folder of folders) {
    const mode = unless(['ENOENT', 'ENOTDIR'], () => statSync(folder))?.mode ?? 0;
    if ((mode & OTHERS_WRITE) === 0) return;
    if ((mode & STICKY) === 0) throw worldWritable(folder, mode);
  }
}

function worldWritable(folder: string, mode: number): OnceError {
  return new OnceError(
    'ROOT_UNUSABLE',
    `Every user of this host may write to ${folder} (mode ${(mode & 0o7777).toString(8)}), and could put builds there that your jobs run. Nothing was built. Take that away (chmod o-w ${folder}); for runners of several users make it a folder of their group (chmod g+rws).`,
  );
}
