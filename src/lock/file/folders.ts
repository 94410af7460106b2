import { join } from 'node:path';
import { isToken } from '../../base/key.ts';

/** What the file engine keeps in the folder of a key or of a slot. */
export interface LockFolders {
  /** Parent of the others; watched. */
  readonly dir: string;
  /** The lock itself: held while it contains an owner file. */
  readonly lock: string;
  readonly holders: string;
  /** Private folders of attempts that claim. */
  readonly tmp: string;
}

export function lockFolders(dir: string): LockFolders {
  return { dir, lock: join(dir, 'lock'), holders: join(dir, 'holders'), tmp: join(dir, 'tmp') };
}

/** The file that says that `token` holds the lock; empty, never opened, its mtime is the heartbeat. */
export function ownerFile(lock: string, token: string): string {
  return join(lock, `owner-${token}`);
}

/** The token in the name of an owner file; else undefined. */
export function ownerIn(name: string): string | undefined {
  const [, token] = /^owner-(.+)$/.exec(name) ?? [];
  return token !== undefined && isToken(token) ? token : undefined;
}

/** Who an attempt is. */
export function recordFile({ holders }: Pick<LockFolders, 'holders'>, token: string): string {
  return join(holders, `${token}.json`);
}

/** What becomes the record, in the private folder of an attempt. Named by its token, so that it is nobody else's file. */
export function recordDraft(own: string, token: string): string {
  return join(own, `record-${token}`);
}

/** Where an attempt listens, so that other containers of its host can find out whether it lives. */
export function socketFile({ holders }: Pick<LockFolders, 'holders'>, token: string): string {
  return join(holders, `${token}.sock`);
}

/** The token that a name in `holders/` or `tmp/` begins with; else undefined. */
export function tokenOf(name: string): string | undefined {
  const token = name.slice(0, 12);
  return isToken(token) ? token : undefined;
}

/** What the engine moves out of the way before it is deleted, in the folder of the key. */
export function trashFile(folders: LockFolders, name: string): string {
  return join(folders.dir, `${TRASH}${name}`);
}

const TRASH = '.trash-';

/** Whether a name in the folder of the key is such a one: a foreign file of the lock, or what a dead attempt left in `tmp/`. */
export function isLockTrash(name: string): boolean {
  return /^\.trash-(?:lock|tmp)-/.test(name);
}
