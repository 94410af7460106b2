import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OnceError, systemCode, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import type { Reporter } from '../../base/reporter.ts';
import { lookAt } from '../../host/file-system.ts';
import { rename } from '../../host/rename.ts';
import { makeParents, placeError } from './workspace.ts';

/**
 * Makes `target`, inside the workspace, a symlink to the build. A symlink that is there is replaced by a rename, so that
 * there is one at every moment. A copy that `copy-to` made there is replaced too. Anything else that is there belongs to
 * the user and stays.
 *
 * @throws OnceError DELIVERY_FAILED
 */
export async function placeLink(
  workspace: string,
  target: string,
  buildDir: string,
  reporter: Pick<Reporter, 'warn'>,
): Promise<void> {
  makeParents(workspace, target, 'link');
  const found = lookAt(target);
  if (found?.isDirectory() === true) return replaceCopy(target, buildDir, reporter);
  if (found !== undefined && !found.isSymbolicLink()) throw inTheWay(target, 'file');
  if (found !== undefined && readlinkSync(target) === buildDir) return;
  putLink(target, buildDir);
}

async function replaceCopy(target: string, buildDir: string, reporter: Pick<Reporter, 'warn'>): Promise<void> {
  const { Beside } = await import('./beside.ts');
  const beside = new Beside(target, 'link');
  if (!beside.isCopy()) throw inTheWay(target, 'folder');
  try {
    beside.open();
    beside.moveAway();
    putLink(target, buildDir);
    await beside.clean(reporter);
  } catch (error) {
    throw placeError(error, target, 'link');
  } finally {
    beside.close();
  }
}

function putLink(target: string, buildDir: string): void {
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
