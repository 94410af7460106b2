import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OnceError, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { lookAt } from '../../host/file-system.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { rename } from '../../host/rename.ts';
import { copyTree } from '../../store/tree/copy.ts';
import { type Handed, makeParents, placeError } from './workspace.ts';

/** A file in each copy, which names the build that was copied. */
const MARKER = '.build-once.json';

/**
 * Copies the build to `target`, inside the workspace. The copy is made under another name beside it and then renamed, so
 * that a killed step leaves no partial copy at `target`.
 *
 * An older copy is replaced, also one of the same build: an earlier job may have changed it. Anything else but an empty
 * folder belongs to the user and stays.
 *
 * @throws OnceError DELIVERY_FAILED; the signal's reason when aborted
 */
export async function placeCopy(workspace: string, target: string, build: Handed, signal?: AbortSignal): Promise<void> {
  makeParents(workspace, target, 'copy-to');
  requireReplaceable(target);
  const beside = join(dirname(target), `${scratchPrefix(target)}${newToken()}`);
  try {
    await removeAbandoned(target, signal);
    await copyTree(build.path, beside, signal);
    writeFileSync(join(beside, MARKER), `${JSON.stringify({ key: build.key, build: build.token })}\n`);
    // Copying may have taken minutes: look again what is at the target.
    requireReplaceable(target);
    await swap(beside, target);
  } catch (error) {
    await removeTree(beside).catch(() => {});
    throw error instanceof OnceError ? error : placeError(error, target, 'copy-to');
  }
}

function requireReplaceable(target: string): void {
  const found = lookAt(target);
  if (found === undefined || (found.isDirectory() && (readdirSync(target).length === 0 || isCopyOfOurs(target))))
    return;
  const what = found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'folder' : 'file';
  throw new OnceError(
    'DELIVERY_FAILED',
    `copy-to: ${target} is a ${what} that build-once did not make (it has no ${MARKER}), and nothing was changed. Name another path, or let an earlier step remove it.`,
  );
}

function isCopyOfOurs(folder: string): boolean {
  try {
    const { key, build } = JSON.parse(readFileSync(join(folder, MARKER), 'utf8')) as Record<string, unknown>;
    return typeof key === 'string' && typeof build === 'string';
  } catch {
    return false;
  }
}

/** A rename fails onto a folder that is not empty, so files that appear at `target` at the last moment are not lost. */
async function swap(beside: string, target: string): Promise<void> {
  const old = `${beside}-old`;
  if (isCopyOfOurs(target)) rename(target, old);
  else unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(target));
  rename(beside, target);
  await removeTree(old);
}

function scratchPrefix(target: string): string {
  return `.${basename(target)}.build-once-`;
}

/** Removes partial copies of killed steps. The workspace belongs to this job, so no other step is copying now. */
async function removeAbandoned(target: string, signal?: AbortSignal): Promise<void> {
  const prefix = scratchPrefix(target);
  const names = readdirSync(dirname(target)).filter((name) => name.startsWith(prefix));
  for (const name of names) await removeTree(join(dirname(target), name), signal);
}
