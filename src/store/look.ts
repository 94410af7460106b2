import { lstatSync } from 'node:fs';
import { OnceError, unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import type { Subject } from '../base/key.ts';
import { whyRefused } from '../base/refused.ts';
import { type Owner, refuseForeign } from '../host/access/owner.ts';
import { ABSENT, listFolder, lookAt, reopen } from '../host/file-system.ts';
import { buildDir, type EntryPaths, foldersAbove } from './layout.ts';
import { type Manifest, type Reading, readManifest } from './manifest.ts';

/** What there is for a key. `damaged`: something that must be replaced under the lock. */
export type Look =
  | { readonly kind: 'present'; readonly manifest: Manifest; readonly path: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly why: string };

/**
 * Looks for a published build, without a lock. A hit costs an open and an lstat.
 *
 * NFS clients remember "no such file": after a publish through another mount, plain opens missed it for 28.5 s.
 * A listing of the parent ends that, so every "no" is asked again after one. So it is with the folders above.
 *
 * @throws OnceError KEY_COLLISION when the entry belongs to another key; NEWER_FORMAT; ROOT_UNUSABLE when the manifest is
 * another user's and may not be read, or if it or
 * the build is another user's. The system's error
 */
export function look(paths: EntryPaths, subject: Pick<Subject, 'key' | 'scope'>, groupShared: boolean): Look {
  const reading = readFresh(paths);
  if (reading.kind !== 'whole') return reading;
  const { manifest, owner } = reading;
  const sharing = { root: paths.root, groupShared };
  refuseForeign(paths.manifest, owner, sharing);
  if (manifest.key !== subject.key || manifest.scope !== subject.scope) throw collision(paths, subject, manifest);
  const path = buildDir(paths, manifest.build);
  const folder = folderOf(paths, manifest.build);
  if (folder === undefined) return { kind: 'damaged', why: `its build folder ${path} is gone` };
  refuseForeign(path, folder, sharing);
  return { kind: 'present', manifest, path };
}

type Fresh =
  | Exclude<Look, { kind: 'present' }>
  | { readonly kind: 'whole'; readonly manifest: Manifest; readonly owner: Owner };

function readFresh(paths: EntryPaths): Fresh {
  const first = judged(paths, readManifest(paths.manifest));
  if (first.kind !== 'missing' || !namesIn(paths).includes('entry')) return first;
  const second = judged(paths, readManifest(paths.manifest));
  return second.kind === 'missing' ? withoutManifest(paths) : second;
}

/** @throws OnceError ROOT_UNUSABLE for a manifest of another user that may not be read: it may be whole */
function judged({ manifest: file, entry, root }: EntryPaths, reading: Reading): Fresh {
  if (reading.kind === 'whole') return reading;
  if (reading.kind === 'absent') return { kind: 'missing' };
  if (reading.kind === 'damaged' || isOwn(file)) return { kind: 'damaged', why: `${file} ${reading.why}` };
  throw new OnceError(
    'ROOT_UNUSABLE',
    `${file} ${reading.why}: ${whyRefused(file, root)}. Or delete ${entry}: then the next step builds it again.`,
  );
}

function isOwn(file: string): boolean {
  return unless(['EACCES', 'ENOENT'], () => lstatSync(file).uid === process.getuid?.()) ?? false;
}

/**
 * An `entry` in which there is no manifest. An empty folder is replaced by any publish; what is no folder, or has other
 * names in it (`.nfs…`, `.DS_Store`), takes no rename of ours.
 */
function withoutManifest({ entry }: EntryPaths): Fresh {
  const stats = lookAt(entry);
  if (stats === undefined) return { kind: 'missing' };
  if (!stats.isDirectory()) return { kind: 'damaged', why: `${entry} is not a folder` };
  return listFolder(entry).length === 0 ? { kind: 'missing' } : { kind: 'damaged', why: `${entry} has no manifest` };
}

/** A folder of the key that is remembered as missing hides all that is in it: a listing of it says so too. */
function namesIn({ dir }: EntryPaths): string[] {
  const names = listFolder(dir);
  if (names.length > 0) return names;
  foldersAbove(dir).forEach(reopen);
  return listFolder(dir);
}

function folderOf(paths: EntryPaths, token: string): Owner | undefined {
  const stat = () => unless(ABSENT, () => lstatSync(buildDir(paths, token)));
  const found = stat() ?? (listFolder(paths.dir).includes(token) ? stat() : undefined);
  return found?.isDirectory() ? found : undefined;
}

function collision(paths: EntryPaths, wanted: Pick<Subject, 'key' | 'scope'>, found: Manifest): OnceError {
  const key = (subject: Pick<Subject, 'key'>) => `"${shorten(subject.key, 200)}"`;
  return new OnceError(
    'KEY_COLLISION',
    `${paths.dir} holds the key ${key(found)} of scope "${shorten(found.scope)}", not ${key(wanted)} of "${shorten(wanted.scope)}". Nothing was touched. Change the key in any way.`,
  );
}

/** The build that the entry names, `damaged`, or undefined when there is none. */
export function current(paths: EntryPaths): string | undefined {
  const reading = readFresh(paths);
  if (reading.kind === 'whole') return reading.manifest.build;
  return reading.kind === 'damaged' ? 'damaged' : undefined;
}
