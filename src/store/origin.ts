import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { newToken } from '../base/key.ts';
import { bootId } from '../host/proc.ts';
import { readShared } from '../host/read-shared.ts';
import { rename } from '../host/rename.ts';
import { versionDir } from './layout.ts';

const ORIGIN = '.origin';

/**
 * Which root this is, of all roots of a pool: 20 hex digits. The root keeps a random part of it. Cloned machines and
 * containers of one image have equal names, and may have equal roots: the boot and the file system are in it too. So two
 * that are told apart may be one, and never the other way round: a root that keeps nothing is another one each time.
 */
export function originOf(root: string): string {
  const dir = versionDir(root);
  try {
    return originFrom(dir, randomPart(join(dir, ORIGIN)));
  } catch {
    // A lock is then opened by the end of its lease alone.
    return sha256(newToken(), newToken()).slice(0, 20);
  }
}

/** The same of a root in which a job has asked a pool; undefined: none has, or it cannot be read. Changes nothing. */
export function knownOrigin(root: string): string | undefined {
  const dir = versionDir(root);
  try {
    const random = read(join(dir, ORIGIN));
    return random === undefined ? undefined : originFrom(dir, random);
  } catch {
    return undefined;
  }
}

function originFrom(dir: string, random: string): string {
  const { dev, ino } = statSync(dir);
  return sha256(random, bootId(), String(dev), String(ino)).slice(0, 20);
}

function randomPart(file: string): string {
  const found = read(file);
  if (found !== undefined) return found;
  const draft = `${file}.${newToken()}`;
  writeFileSync(draft, newToken() + newToken(), { flag: 'wx' });
  // A rename, so that it is never seen in part. Of two at one moment the last one stays.
  rename(draft, file);
  return read(file) ?? newToken();
}

function read(file: string): string | undefined {
  const found = readShared(file);
  return found.kind === 'text' ? /^[0-9a-f]{24}$/.exec(found.text)?.[0] : undefined;
}
