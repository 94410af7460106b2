import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { OnceError, systemCode, unless } from '../base/errors.ts';
import { isToken, type Subject } from '../base/key.ts';
import { buildDir, type EntryPaths, publishedMark, rightDir, trashOf } from './layout.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { revoke } from './right.ts';

/** What there is for a key. `damaged`: something that must be replaced under the lock. */
export type Look =
  | { readonly kind: 'present'; readonly manifest: Manifest; readonly path: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly why: string };

const ABSENT = ['ENOENT', 'ENOTDIR'];

/**
 * Looks for a published build, without a lock. A hit costs an open and an lstat.
 *
 * NFS clients remember "no such file": after a publish through another mount, plain opens missed it for 28.5 s.
 * A listing of the parent ends that, so every "no" is asked again after one.
 *
 * @throws OnceError KEY_COLLISION when the entry belongs to another key; NEWER_FORMAT.
 */
export function look(paths: EntryPaths, subject: Pick<Subject, 'key' | 'scope'>): Look {
  const text = readFresh(paths);
  if (text === undefined) return { kind: 'missing' };
  const reading = readManifest(text, paths.manifest);
  if (reading.kind === 'damaged') return { kind: 'damaged', why: `${paths.manifest} is not a whole manifest` };
  const { manifest } = reading;
  if (manifest.key !== subject.key || manifest.scope !== subject.scope) throw collision(paths, subject, manifest);
  const path = buildDir(paths, manifest.build);
  if (!isToken(manifest.build) || !isFolder(paths, manifest.build)) {
    return { kind: 'damaged', why: `its build folder ${path} is gone` };
  }
  return { kind: 'present', manifest, path };
}

function readFresh(paths: EntryPaths): string | undefined {
  const read = () => unless(ABSENT, () => readFileSync(paths.manifest, 'utf8'));
  const text = read();
  if (text !== undefined) return text;
  if (!list(paths.dir).includes('entry')) return undefined;
  // A folder with other names in it (`.nfs…`, `.DS_Store`) takes no rename of ours: damaged, and replaced as such.
  const strange = list(paths.entry).length > 0;
  return read() ?? (strange ? '' : undefined);
}

function isFolder(paths: EntryPaths, token: string): boolean {
  const stat = () => unless(ABSENT, () => lstatSync(buildDir(paths, token)));
  const found = stat() ?? (list(paths.dir).includes(token) ? stat() : undefined);
  return found?.isDirectory() === true;
}

function list(dir: string): string[] {
  return unless(ABSENT, () => readdirSync(dir)) ?? [];
}

function collision(paths: EntryPaths, wanted: Pick<Subject, 'key' | 'scope'>, found: Manifest): OnceError {
  return new OnceError(
    'KEY_COLLISION',
    `${paths.dir} holds the key ${JSON.stringify(found.key)} of scope ${JSON.stringify(found.scope)}, not ${JSON.stringify(wanted.key)} of ${JSON.stringify(wanted.scope)}. Nothing was touched. Change the key in any way.`,
  );
}

/**
 * Starts an attempt: its right to publish first, then its build folder, each made once and never again,
 * so that whoever takes the right away can be sure that the build will never be published.
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
 * The manifest is written before the mark in `published/`: an attempt that died with its manifest still in
 * `entry.<token>` is then known never to have published, mark or not.
 *
 * The rename itself is not forced to the disk: a crash of the machine right after it loses a build, which is then made
 * again, and never the truth.
 *
 * @param replaces what {@link current} said when the lock was taken and the entry was not good enough; undefined: first wins
 * @param stillOurs asked right before the rename
 */
export async function publish(
  paths: EntryPaths,
  manifest: Manifest,
  replaces: string | undefined,
  stillOurs: () => Promise<boolean>,
): Promise<Published> {
  const right = rightDir(paths, manifest.build);
  const own = join(right, 'manifest.json');
  try {
    writeDurably(own, writeManifest(manifest));
    writeFileSync(publishedMark(paths, manifest.build), '');
    if (!(await stillOurs())) return 'lost';
    if (replaces === undefined) renameOnto(right, paths);
    else if (current(paths) === replaces) renameOver(own, paths, right);
    else return 'lost';
  } catch (error) {
    return settle(error, paths, manifest.build);
  }
  return 'published';
}

/** Windows refuses to rename onto an empty folder, which POSIX replaces. */
function renameOnto(right: string, paths: EntryPaths): void {
  if (process.platform === 'win32') unless(['ENOENT', 'ENOTEMPTY', 'EPERM'], () => rmdirSync(paths.entry));
  renameSync(right, paths.entry);
}

function renameOver(own: string, paths: EntryPaths, right: string): void {
  renameSync(own, paths.manifest);
  unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(right));
}

/** The build that the entry names, `damaged`, or undefined when there is none. */
export function current(paths: EntryPaths): string | undefined {
  const text = readFresh(paths);
  if (text === undefined) return undefined;
  const reading = readManifest(text, paths.manifest);
  return reading.kind === 'whole' ? reading.manifest.build : 'damaged';
}

/** A call may have succeeded although its answer was lost (NFS replays it and says ENOENT): what is there decides. */
function settle(error: unknown, paths: EntryPaths, token: string): Published {
  if (current(paths) === token) return 'published';
  if (['EEXIST', 'ENOTEMPTY', 'ENOENT', 'EPERM', 'ESTALE'].includes(systemCode(error) ?? '')) return 'lost';
  throw error;
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, 'wx');
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Takes an attempt of our own out of sight: its right, its mark and its folder, by renames. Deleting comes later. */
export function withdraw(paths: EntryPaths, token: string): void {
  if (current(paths) === token) return; // Published after all, by a call whose answer was lost: it stays.
  revoke(paths, token);
  rmSync(publishedMark(paths, token), { force: true });
  unless(ABSENT, () => renameSync(buildDir(paths, token), trashOf(paths, token)));
}
