import { join } from 'node:path';

/** Folders of one key that the file engine works in; it is handed them, so that it need not know the store. */
export interface LockFolders {
  /** Parent of the others; watched. */
  readonly dir: string;
  /** The lock itself: held while it contains an owner file. */
  readonly lock: string;
  readonly holders: string;
  readonly failures: string;
  readonly tmp: string;
}

/** The file that says that `token` holds the lock; empty, never opened, its mtime is the heartbeat. */
export function ownerFile(lock: string, token: string): string {
  return join(lock, `owner-${token}`);
}

/** The token in the name of an owner file; else undefined. */
export function ownerIn(name: string): string | undefined {
  return /^owner-([0-9a-f]{12})$/.exec(name)?.[1];
}

/** Who an attempt is. */
export function recordFile(folders: LockFolders, token: string): string {
  return join(folders.holders, `${token}.json`);
}

/** Where an attempt listens, so that other containers of its host can tell whether it lives. */
export function socketFile(folders: LockFolders, token: string): string {
  return join(folders.holders, `${token}.sock`);
}

/** Why an attempt failed. */
export function failureFile(folders: LockFolders, token: string): string {
  return join(folders.failures, `${token}.json`);
}
