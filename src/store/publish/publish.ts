import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { rename } from '../../host/rename.ts';
import { buildDir, type EntryPaths, MANIFEST, publishedMark, rightDir } from '../layout.ts';
import { current } from '../look.ts';
import { type Manifest, writeManifest } from '../manifest.ts';
import { discard } from '../trash.ts';
import { writeFlushed } from '../tree/flush.ts';
import { clearEntry, clearManifest } from './make-way.ts';
import { MANIFEST_DRAFT, MARK_DRAFT, revoke } from './right.ts';

/**
 * Starts an attempt: makes its right to publish first, then its build folder. Each is made once and never again, so a
 * process that takes the right away knows that the build will never be published.
 */
export function openAttempt(paths: EntryPaths, token: string): string {
  mkdirSync(rightDir(paths, token));
  const out = buildDir(paths, token);
  mkdirSync(out);
  return out;
}

/** How a publish ended: `lost` means that somebody else's build is there, or that the right was taken away. */
export type Published = 'published' | 'lost';

/**
 * Publishes `manifest.build`. One rename decides: of `entry.<token>` onto a missing `entry`, or, where an entry is to be
 * replaced, of the manifest in it. A build that lost its right finds its name gone and publishes nothing.
 *
 * The manifest is written before the mark gets its name in `published/`: an attempt that died with its manifest still in
 * `entry.<token>` is then known never to have published, mark or not. The mark comes out of `entry.<token>`, so that who
 * has lost its right cannot leave one. Both get their names by a rename: an NFS server may execute a create once more,
 * long after it, but never a rename of what is gone.
 *
 * The rename itself is not forced to the disk. A crash of the machine right after it loses the publish, and the artifact is
 * built again.
 *
 * @param replaces what {@link current} said when the lock was taken and the entry was not good enough; undefined: first wins
 * @param stillOurs asked right before the rename
 * @param isFlushed whether the build is on the disk. If its flush was given up, the disk is slow, and a manifest that is
 * flushed is of no use without the build
 * @param signal ends the wait for the disk at once
 */
export async function publish(
  paths: EntryPaths,
  manifest: Manifest,
  replaces: string | undefined,
  stillOurs: () => Promise<boolean>,
  isFlushed = true,
  signal?: AbortSignal,
): Promise<Published> {
  const right = rightDir(paths, manifest.build);
  const own = join(right, MANIFEST);
  const mark = join(right, MARK_DRAFT);
  try {
    // Exclusive creates: nothing that somebody put there is written through.
    writeFileSync(mark, '', { flag: 'wx' });
    await writeFlushed(join(right, MANIFEST_DRAFT), writeManifest(manifest), isFlushed, signal);
    rename(join(right, MANIFEST_DRAFT), own);
    rename(mark, publishedMark(paths, manifest.build));
    if (!(await stillOurs())) return 'lost';
    if (replaces !== undefined && current(paths) !== replaces) return 'lost';
    if (replaces === undefined || clearEntry(paths)) renameOnto(right, paths);
    else renameOver(own, paths, right);
  } catch (error) {
    if (isPublished(paths, manifest.build)) return 'published';
    if (LOST.includes(systemCode(error) ?? '')) return 'lost';
    throw error;
  }
  return isPublished(paths, manifest.build) ? 'published' : 'lost';
}

/** Windows refuses to rename onto an empty folder, which POSIX replaces. */
function renameOnto(right: string, paths: EntryPaths): void {
  if (process.platform === 'win32') unless(['ENOENT', 'ENOTEMPTY', 'EPERM', 'EBUSY'], () => rmdirSync(paths.entry));
  rename(right, paths.entry);
}

function renameOver(own: string, paths: EntryPaths, right: string): void {
  clearManifest(paths);
  rename(own, paths.manifest);
  unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(right));
}

/** Errors of a rename that lost the race, or whose attempt has lost its right. */
const LOST = ['EEXIST', 'ENOTEMPTY', 'ENOENT', 'EPERM', 'ESTALE'];

/**
 * The answer of the rename proves nothing. A rename that succeeded may answer ENOENT, because NFS replays a call whose answer
 * was lost. A rename that answers "done" may have published nothing: a server that executes the `mkdir` of a right once
 * more, after the right was taken away, makes an empty right.
 */
function isPublished(paths: EntryPaths, token: string): boolean {
  return current(paths) === token || wasPublished(paths, token);
}

/**
 * Takes an attempt's right away for good, and says whether the attempt had published. If it had, jobs may use its build, even
 * after another build has replaced it. The mark in `published/` proves it: the mark of an attempt that never published goes
 * together with its right. If a crash of the machine lost the mark, the entry itself proves it.
 *
 * The mark is looked up by its name, which this process never did before. A listing may be a second old if another host
 * published.
 */
export function wasPublished(paths: EntryPaths, token: string): boolean {
  revoke(paths, token);
  return existsSync(publishedMark(paths, token)) || current(paths) === token;
}

/** Takes an attempt of our own out of sight, unless it was published: its right, its mark and its folder. Deleting comes later. */
export function withdraw(paths: EntryPaths, token: string): void {
  if (!wasPublished(paths, token)) discard(paths, buildDir(paths, token), token);
}
