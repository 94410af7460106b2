import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OnceError, systemCode, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { lookAt } from '../../host/file-system.ts';
import { rename } from '../../host/rename.ts';
import { makeParents, placeError } from './workspace.ts';

/**
 * Makes `target`, inside the workspace, a symlink to the build. A symlink that is there is replaced by a rename, so that
 * there is one at every moment. Anything else that is there belongs to the user and stays.
 *
 * @throws OnceError DELIVERY_FAILED
 */
export function placeLink(workspace: string, target: string, buildDir: string): void {
  makeParents(workspace, target, 'link');
  const found = lookAt(target);
  if (found !== undefined && !found.isSymbolicLink()) throw inTheWay(target, found.isDirectory() ? 'folder' : 'file');
  if (found !== undefined && readlinkSync(target) === buildDir) return;
  const fresh = join(dirname(target), `.${basename(target)}.build-once-${newToken()}`);
  try {
    symlinkSync(buildDir, fresh, 'junction');
    // Windows replaces no junction by rename.
    if (process.platform === 'win32') unless(['ENOENT'], () => unlinkSync(target));
    rename(fresh, target);
  } catch (error) {
    unless(['ENOENT'], () => unlinkSync(fresh));
    throw systemCode(error) === 'EISDIR' ? inTheWay(target, 'folder') : placeError(error, target, 'link');
  }
}

function inTheWay(target: string, what: string): OnceError {
  return new OnceError(
    'DELIVERY_FAILED',
    `link: ${target} is a ${what}, not a link of build-once, and nothing was changed. Name another path, or let an earlier step remove it.`,
  );
}
