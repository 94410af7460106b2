import { lstatSync, mkdirSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { GONE, listFolder, lookAt, removeFile } from '../../host/file-system.ts';
import { inFolder } from '../../host/folder.ts';
import { patientSync } from '../../host/patience.ts';
import { renameFolder } from '../../host/rename-folder.ts';
import { type LockFolders, ownerFile, recordDraft, recordFile, socketFile, trashFile } from './folders.ts';

/** What attempts leave in the folders of a lock, and how it is cleared away. */

const unlink = patientSync(unlinkSync);
const remove = patientSync(removeFile);

/** Moves something out of sight, under a name that nobody else has. */
function moveAway(folders: LockFolders, path: string, kind: 'lock' | 'tmp'): void {
  unless(GONE, () => renameFolder(path, trashFile(folders, `${kind}-${newToken()}`)));
}

/** Moves things out of a folder of the lock, each by its name: who has come in meanwhile is not hit. */
export function moveOut(folders: LockFolders, from: 'lock' | 'tmp', names: readonly string[]): void {
  inFolder(folders[from], (opened) => {
    for (const name of names) moveAway(folders, join(opened, name), from);
  });
}

/** A token nobody has: `mkdir` decides. */
export function reserve(tmp: string): string {
  for (;;) {
    const token = newToken();
    const made = unless(['EEXIST'], () => {
      mkdirSync(join(tmp, token));
      return true;
    });
    if (made) return token;
  }
}

export function isOwner({ lock }: LockFolders, token: string): boolean {
  return list(lock).includes(`owner-${token}`);
}

/**
 * Opens the lock of a holder that was found dead: removes exactly its own owner file, so that a newer holder is never hit.
 * @returns false if it was gone already
 */
export function removeOwner(folders: LockFolders, token: string): boolean {
  const removed = unless(GONE, () =>
    inFolder(folders.lock, (lock) => {
      const owner = ownerFile(lock, token);
      // No holder makes a folder of that name, and `unlink` refuses one.
      if (lstatSync(owner).isDirectory()) moveAway(folders, owner, 'lock');
      else unlink(owner);
      return true;
    }),
  );
  return removed === true;
}

/**
 * Clears away what an attempt left that was found dead. It may have taken the lock, and died, since we looked there: a
 * dead holder without its record would be waited for until its heartbeat counts as silent.
 * @returns false when it has the lock: whoever takes over clears it away
 */
export function forgetEnded(folders: LockFolders, token: string): boolean {
  if (isOwner(folders, token)) return false;
  forget(folders, token);
  return true;
}

export function forget(folders: LockFolders, token: string): void {
  inFolder(folders.holders, (holders) => {
    for (const file of [socketFile({ holders }, token), recordFile({ holders }, token)]) {
      if (lookAt(file)?.isDirectory()) moveAway(folders, file, 'tmp');
      else remove(file);
    }
  });
}

/**
 * Removes the private folder of an attempt, if that did not become the lock: what is ours in it, by names that nobody else's
 * file has, whatever the folder may have been replaced by. With anything else in it, it stays for those who {@link moveOut}.
 */
export function dropPrivate(folders: LockFolders, token: string): void {
  const own = join(folders.tmp, token);
  if (lookAt(own) === undefined) return;
  for (const file of [recordDraft(own, token), ownerFile(own, token)]) remove(file);
  unless([...GONE, 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(own));
}

/** Milliseconds since `file` was written, by the file server's clock; undefined when it is gone. */
export function ageOnDisk(file: string, tmp: string): number | undefined {
  const written = unless(GONE, () => lstatSync(file).mtimeMs);
  if (written === undefined) return undefined;
  const token = reserve(tmp);
  // A sweeper may take it away at once; then the question is simply asked again later.
  const now = unless(GONE, () => statSync(join(tmp, token)).mtimeMs) ?? written;
  unless([...GONE, 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(join(tmp, token)));
  return now - written;
}

/** The lock's folders come and go, so one that the file server has removed is an empty one. */
export function list(dir: string): string[] {
  return listFolder(dir, GONE);
}
