import { linkSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { unless } from '../base/errors.ts';
import { newToken } from '../base/key.ts';
import { bootId } from '../host/proc.ts';
import { readShared } from '../host/read-shared.ts';
import { versionDir } from './layout.ts';

/**
 * Which root this is, of all roots of a pool: 20 hex digits. The root keeps a random part of it. Cloned machines and
 * containers of one image have equal names, and may have equal roots: the boot and the file system are in it too. So two
 * that are told apart may be one, and never the other way round.
 *
 * @throws the system's error if nothing can be written there
 */
export function originOf(root: string): string {
  const file = join(versionDir(root), '.origin');
  const found = randomPart(file) ?? makeRandomPart(file);
  const { dev, ino } = statSync(versionDir(root));
  return sha256(found, bootId(), String(dev), String(ino)).slice(0, 20);
}

function randomPart(file: string): string | undefined {
  const found = readShared(file);
  return found.kind === 'text' ? /^[0-9a-f]{24}$/.exec(found.text)?.[0] : undefined;
}

/** It gets its name by a link, which fails where another one was faster, so that it is never seen in part. */
function makeRandomPart(file: string): string {
  const random = newToken() + newToken();
  const draft = `${file}.${newToken()}`;
  writeFileSync(draft, random, { flag: 'wx' });
  try {
    unless(['EEXIST'], () => linkSync(draft, file));
  } finally {
    unlinkSync(draft);
  }
  return randomPart(file) ?? random;
}
