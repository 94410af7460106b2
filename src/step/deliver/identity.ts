import { type BigIntStats, chmodSync, lstatSync } from 'node:fs';
import { unless } from '../../base/errors.ts';
import { sleep } from '../../base/wait.ts';

/** Longest step of a clock by which a file system stamps its files, in ms. */
const TICK_MS = 20;
/** The birth of all folders where the file system does not tell it. */
export const UNKNOWN = 0n;

/** The inode alone would not do: it is given to another folder once this one is deleted. */
export interface Identity {
  readonly ino: bigint;
  readonly birth: bigint;
}

/**
 * Where a file system keeps no time of birth, Node may tell the time of the last change instead, which does not stay. So
 * the folder is changed until the two differ.
 */
export async function identify(folder: string): Promise<Identity> {
  const isUnsure = ({ birthtimeNs, ctimeNs }: BigIntStats) => birthtimeNs === ctimeNs;
  let found = lstatSync(folder, { bigint: true });
  if (isUnsure(found)) {
    await sleep(TICK_MS);
    chmodSync(folder, Number(found.mode & 0o7777n));
    found = lstatSync(folder, { bigint: true });
  }
  return { ino: found.ino, birth: isUnsure(found) ? UNKNOWN : found.birthtimeNs };
}

/** What is at `path` itself, not behind it; undefined: nothing. */
export function look(path: string): BigIntStats | undefined {
  return unless(['ENOENT', 'ENOTDIR'], () => lstatSync(path, { bigint: true }));
}

/** Whether a path still leads to what was `found` there. */
export function isStill(path: string, found: BigIntStats): boolean {
  const now = look(path);
  return now?.ino === found.ino && now.birthtimeNs === found.birthtimeNs;
}
