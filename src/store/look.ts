import { lstatSync, readdirSync } from 'node:fs';
import { OnceError, unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { isToken, type Subject } from '../base/key.ts';
import { reopen } from '../host/file-system.ts';
import { readShared } from '../host/read-shared.ts';
import { buildDir, type EntryPaths, foldersAbove } from './layout.ts';
import { type Manifest, readManifest } from './manifest.ts';

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
 * A listing of the parent ends that, so every "no" is asked again after one. So it is with the folders above.
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

/** The manifest's text; empty where something strange is in its place, or in the place of its folder. */
function readFresh(paths: EntryPaths): string | undefined {
  const read = () => {
    const shared = readShared(paths.manifest);
    return shared.kind === 'text' ? shared.text : shared.kind === 'strange' ? '' : undefined;
  };
  const text = read();
  if (text !== undefined) return text;
  if (!namesIn(paths).includes('entry')) return undefined;
  // A folder with other names in it (`.nfs…`, `.DS_Store`) takes no rename of ours: damaged, and replaced as such.
  const isStrange = list(paths.entry).length > 0;
  return read() ?? (isStrange ? '' : undefined);
}

/** A folder of the key that is remembered as missing hides all that is in it: a listing of it says so too. */
function namesIn({ dir }: EntryPaths): string[] {
  const names = list(dir);
  if (names.length > 0) return names;
  foldersAbove(dir).forEach(reopen);
  return list(dir);
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
  const name = ({ key, scope }: Pick<Subject, 'key' | 'scope'>) => `"${shorten(key)}" of scope "${shorten(scope)}"`;
  return new OnceError(
    'KEY_COLLISION',
    `${paths.dir} holds the key ${name(found)}, not ${name(wanted)}. Nothing was touched. Change the key in any way.`,
  );
}

/** The build that the entry names, `damaged`, or undefined when there is none. */
export function current(paths: EntryPaths): string | undefined {
  const text = readFresh(paths);
  if (text === undefined) return undefined;
  const reading = readManifest(text, paths.manifest);
  return reading.kind === 'whole' ? reading.manifest.build : 'damaged';
}
