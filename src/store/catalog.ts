import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../base/errors.ts';
import { parseFields } from '../base/fields.ts';
import { isEntryId, isToken } from '../base/key.ts';
import { GONE, listFolder } from '../host/file-system.ts';
import { readShared } from '../host/read-shared.ts';
import { journalDir } from './journal/days.ts';
import type { JournalEvent } from './journal/journal.ts';
import { buildDir, type EntryPaths, entryPaths, publishedMark, rightIn, versionDir } from './layout.ts';
import type { Lease } from './lease.ts';
import { current } from './look.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** What a shared root holds, for those who run it: read without a lock, so it may be out of date at once. */

/** One key of a root. */
export interface CatalogEntry {
  readonly paths: EntryPaths;
  /** Of the published build; undefined: nothing is published, or its manifest is damaged or of a newer format. */
  readonly manifest: Manifest | undefined;
  readonly damaged: boolean;
  /** The system's error code, such as EACCES, if this user cannot read the key; then nothing else is known of it. */
  readonly unreadable?: string;
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
  readonly leases: readonly CatalogLease[];
}

/** That a job may be using a build. */
export interface CatalogLease extends Lease {
  /** When the lease was written, in ms since 1970 by the clock of the disk. */
  readonly writtenMs: number;
}

/**
 * The entries of a root, key by key; a root that has none, or is not there, gives none.
 * @throws the system's error if the list of keys cannot be read
 */
export function* catalog(root: string): Generator<CatalogEntry, void, undefined> {
  for (const id of listFolder(versionDir(root), GONE).filter(isEntryId).sort()) {
    const paths = entryPaths(root, id);
    const entry = readEntry(paths);
    if (entry !== undefined) yield entry;
  }
}

/** One key that cannot be read must not hide the others. undefined: it is gone. */
function readEntry(paths: EntryPaths): CatalogEntry | undefined {
  try {
    const names = unless(GONE, () => readdirSync(paths.dir));
    return names && entryOf(paths, names);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return { paths, manifest: undefined, damaged: false, builds: [], litter: false, unreadable: code };
  }
}

function entryOf(paths: EntryPaths, names: readonly string[]): CatalogEntry {
  const manifest = manifestOf(paths);
  const leases = leasesOf(paths);
  const builds = names.filter(isToken).map((token): CatalogBuild => {
    const publishedMs = statOf(publishedMark(paths, token))?.mtimeMs;
    const state = manifest?.build === token ? 'published' : publishedMs === undefined ? 'unfinished' : 'replaced';
    const own = leases.filter(({ build }) => build === token);
    return { token, path: buildDir(paths, token), state, publishedMs, leases: own };
  });
  const damaged = manifest === undefined && isDamaged(paths);
  const litter = builds.some(({ state }) => state === 'unfinished') || names.some(isLeft);
  return { paths, manifest, damaged, builds, litter };
}

/** A right to publish, or trash. */
function isLeft(name: string): boolean {
  return rightIn(name) !== undefined || name.startsWith('.trash-');
}

function manifestOf({ manifest: file }: EntryPaths): Manifest | undefined {
  try {
    const reading = readManifest(file);
    return reading.kind === 'whole' ? reading.manifest : undefined;
  } catch {
    return undefined;
  }
}

function isDamaged(paths: EntryPaths): boolean {
  try {
    return current(paths) !== undefined;
  } catch {
    // Of a newer format, which is not ours to judge.
    return false;
  }
}

function leasesOf({ readers }: EntryPaths): CatalogLease[] {
  return listFolder(readers, GONE).flatMap((name) => {
    const file = join(readers, name);
    const lease = parse<Lease>(file);
    const writtenMs = statOf(file)?.mtimeMs;
    const whole = lease !== undefined && name.startsWith(`${lease.build}.`) && typeof lease.workerPid === 'number';
    return whole && writtenMs !== undefined ? [{ ...lease, writtenMs }] : [];
  });
}

/** One event of the journal, with its time. */
export interface PastEvent extends JournalEvent {
  /** ISO 8601, by the clock of the host that wrote it. */
  readonly at: string;
}

/**
 * What steps did, day by day, in no order within a day.
 * @param since the first day, as `2026-11-28`; by default all that is kept
 */
export function* pastEvents(root: string, since = ''): Generator<PastEvent, void, undefined> {
  const journal = journalDir(root);
  const days = listFolder(journal, GONE).filter((name) => /^\d{4}-\d\d-\d\d$/.test(name) && name >= since);
  for (const day of days.sort()) {
    for (const name of listFolder(join(journal, day), GONE)) {
      const event = parse<PastEvent>(join(journal, day, name));
      if (event !== undefined && [event.at, event.key, event.id].every((each) => typeof each === 'string')) yield event;
    }
  }
}

/** undefined: gone, or not whole. */
function parse<T extends object>(file: string): T | undefined {
  const found = unless(GONE, () => readShared(file));
  return found?.kind === 'text' ? (parseFields(found.text) as T | undefined) : undefined;
}

function statOf(path: string) {
  return unless(GONE, () => statSync(path));
}
