import { readdirSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import { OnceError, systemCode, unless } from '../base/errors.ts';
import { isEntryId, isToken } from '../base/key.ts';
import { GONE, listFolder } from '../host/file-system.ts';
import { buildDir, type EntryPaths, entryPaths, publishedMark, rightIn, slotsDir, versionDir } from './layout.ts';
import { current } from './look.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { type LeaseLife, readLease } from './prune/lease-life.ts';

/** What a shared root holds, for those who run it: read without a lock, so it may be out of date at once. */

/** One key of a root. */
export interface CatalogEntry {
  readonly paths: EntryPaths;
  /** Of the published build; undefined: nothing is published, or there is {@link trouble}. */
  readonly manifest: Manifest | undefined;
  /** Why what is there cannot be told: `damaged`, `newer format`, or the system's error code, such as EACCES. */
  readonly trouble: string | undefined;
  readonly builds: readonly CatalogBuild[];
  /** Whether attempts left something that is no published build, dead ones or one that is at work. */
  readonly litter: boolean;
}

/** One build folder of a key. */
export interface CatalogBuild {
  readonly token: string;
  readonly path: string;
  /** `published`: handed out now; `replaced`: it was, and jobs may still use it; `unfinished`: never published. */
  readonly state: 'published' | 'replaced' | 'unfinished';
  /** When it was published, in ms since 1970 by the clock of the disk; undefined: never, or only the entry says so. */
  readonly publishedMs: number | undefined;
  /** Of each job that was handed it. */
  readonly leases: readonly LeaseLife[];
}

/**
 * The entries of a root, key by key; a root that has none, or is not there, gives none.
 * @throws the system's error if the list of keys cannot be read
 */
export function* catalog(root: string): Generator<CatalogEntry, void, undefined> {
  for (const id of entryIds(root)) {
    const entry = readEntry(entryPaths(root, id));
    if (entry !== undefined) yield entry;
  }
}

/** The names of the folders of all keys, sorted. @throws the system's error */
export function entryIds(root: string): string[] {
  return listFolder(versionDir(root), GONE).filter(isEntryId).sort();
}

/** The slots of a root by `<group>/<number>`, sorted; those of groups that this user may not list are left out. */
export function slotIds(root: string): string[] {
  const list = (folder: string) => listFolder(folder, [...GONE, 'EACCES']).sort();
  return list(slotsDir(root, '')).flatMap((group) =>
    list(slotsDir(root, group))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => `${group}/${name}`),
  );
}

/** One key that cannot be read must not hide the others. undefined: it is gone. */
function readEntry(paths: EntryPaths): CatalogEntry | undefined {
  try {
    const names = unless(GONE, () => readdirSync(paths.dir));
    return names && entryOf(paths, names);
  } catch (error) {
    const trouble = systemCode(error);
    if (trouble === undefined) throw error;
    return { paths, manifest: undefined, trouble, builds: [], litter: false };
  }
}

/** Each call is made once: a root may have tens of thousands of keys. */
function entryOf(paths: EntryPaths, names: readonly string[]): CatalogEntry {
  const { manifest, trouble } = publishedIn(paths, names);
  const tokens = names.filter(isToken);
  const leases = tokens.length === 0 ? [] : listFolder(paths.readers, GONE);
  const builds = tokens.map((token): CatalogBuild => {
    const publishedMs = unless(GONE, () => statSync(publishedMark(paths, token)))?.mtimeMs;
    const state = manifest?.build === token ? 'published' : publishedMs === undefined ? 'unfinished' : 'replaced';
    const own = leases.filter((name) => name.startsWith(`${token}.`));
    const found = own.flatMap((name) => readLease(`${paths.readers}${sep}${name}`) ?? []);
    return { token, path: buildDir(paths, token), state, publishedMs, leases: found };
  });
  const litter = builds.some(({ state }) => state === 'unfinished') || names.some(isLeft);
  return { paths, manifest, trouble, builds, litter };
}

/** A right to publish, or trash. */
function isLeft(name: string): boolean {
  return rightIn(name) !== undefined || name.startsWith('.trash-');
}

const NOTHING = { manifest: undefined, trouble: undefined };

function publishedIn(paths: EntryPaths, names: readonly string[]): Pick<CatalogEntry, 'manifest' | 'trouble'> {
  if (!names.includes('entry')) return NOTHING;
  try {
    const reading = readManifest(paths.manifest);
    if (reading.kind === 'whole') return { ...NOTHING, manifest: reading.manifest };
    if (reading.kind === 'refused') return { ...NOTHING, trouble: 'EACCES' };
    return current(paths) === undefined ? NOTHING : { ...NOTHING, trouble: 'damaged' };
  } catch (error) {
    const isNewer = error instanceof OnceError && error.code === 'NEWER_FORMAT';
    return { ...NOTHING, trouble: isNewer ? 'newer format' : (systemCode(error) ?? 'damaged') };
  }
}
