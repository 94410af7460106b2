import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../base/errors.ts';
import { inFolder } from './folder.ts';
import { rename } from './rename.ts';

/**
 * A rename of a folder also where it belongs to a lower layer of an overlay, as in a cache that an image brings along: the
 * system moves no such folder (EXDEV). What is in it is moved instead, name by name. Nobody who lives relies on that one
 * being a single step: whoever made the folder did so before this layer was there.
 *
 * @throws EEXIST where `to` is there and the system does not move the folder; the system's error
 */
export function renameFolder(from: string, to: string): void {
  if (unless(['EXDEV'], () => rename(from, to) ?? true)) return;
  mkdirSync(to);
  inFolder(from, (there) => {
    inFolder(to, (here) => {
      for (const name of readdirSync(there)) renameFolder(join(there, name), join(here, name));
    });
  });
  rmdirSync(from);
}
