import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OnceError, unless } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import { lookAt } from '../../host/file-system.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { rename } from '../../host/rename.ts';
import { copyTree } from '../../store/tree/copy.ts';
import { type Handed, makeParents, placeError } from './workspace.ts';

/** In each copy: says that it is one, and of which build. */
const MARKER = '.build-once.json';

/**
 * Makes `target`, inside the workspace, a private copy of the build. It is copied under another name beside it and then
 * renamed, so that a step that was killed leaves no half copy under the name that others read.
 *
 * A copy of ours that is there is replaced, also one of the same build: the job before may have changed it. Anything
 * else but an empty folder is the user's and stays.
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
    // Copying may have taken minutes; what is there now is asked again.
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

/** A rename replaces nothing or an empty folder, so files that appear at `target` in the last moment are not lost. */
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

/** Halves that killed steps left. The workspace is this job's alone, and two steps with one target are a mistake. */
async function removeAbandoned(target: string, signal?: AbortSignal): Promise<void> {
  const prefix = scratchPrefix(target);
  const names = readdirSync(dirname(target)).filter((name) => name.startsWith(prefix));
  for (const name of names) await removeTree(join(dirname(target), name), signal);
}
