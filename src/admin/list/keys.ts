import { join } from 'node:path';
import { formatBytes, formatDuration, shorten } from '../../base/format.ts';
import type { Who } from '../../base/who.ts';
import type { CatalogEntry } from '../../store/catalog.ts';
import { entryPaths } from '../../store/layout.ts';
import type { Manifest } from '../../store/manifest.ts';
import { type LeaseLife, mayLive } from '../../store/prune/lease-life.ts';
import type { Column } from '../table.ts';

/** One key. There may be tens of thousands, so a row has what cannot be made from the rest, and nothing twice. */
export interface KeyRow {
  /** The name of its folder. */
  readonly id: string;
  readonly manifest: Told | undefined;
  /** `damaged`, `newer format`, or the system's error code if this user cannot read the key. */
  readonly trouble: string | undefined;
  /** Milliseconds since it was published, by the clocks of the disk and of this host. */
  readonly ageMs: number | undefined;
  /** When a job was last handed a build, in ms since 1970 by the clock of the disk, and how long ago that is. */
  readonly usedMs: number | undefined;
  readonly unusedMs: number | undefined;
  /** Jobs that use a build of the key and are seen to live. */
  readonly readers: readonly (Who | undefined)[];
  /** Jobs that were handed one in the last 6 h, and cannot be seen from here. */
  readonly unseenReaders: number;
  readonly oldBuilds: number;
  /** Builds that were never published: of attempts that are dead, or at work. */
  readonly unfinishedBuilds: number;
}

/** What is told of a published build. */
type Told = Pick<
  Manifest,
  | ('key' | 'scope' | 'build' | 'platform' | 'producer' | 'identity')
  | ('bytes' | 'files' | 'buildMs' | 'createdAt' | 'builtBy')
>;

/** Makes the rows of a cache. What is alike in many of them is kept once. */
export class KeyRows {
  readonly #nowMs: number;
  readonly #kept = new Map<string, unknown>();

  /** @param nowMs in ms since 1970 */
  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  rowOf({ paths, manifest, trouble, builds }: CatalogEntry): KeyRow {
    const leases = builds.flatMap((build) => build.leases);
    const current = builds.find(({ state }) => state === 'published');
    const lastMs = leases.reduce((last, { writtenMs }) => Math.max(last, writtenMs), 0);
    const usedMs = lastMs === 0 ? undefined : lastMs;
    const publishedMs = current?.publishedMs ?? Date.parse(manifest?.createdAt ?? '');
    return {
      ...{ id: paths.id, manifest: manifest && this.#told(manifest), trouble, usedMs },
      ageMs: Number.isNaN(publishedMs) ? undefined : Math.max(0, this.#nowMs - publishedMs),
      unusedMs: usedMs && Math.max(0, this.#nowMs - usedMs),
      readers: leases.filter(({ job }) => job === 'lives').map(({ who }) => who),
      unseenReaders: leases.filter((lease) => isUnseen(lease, this.#nowMs)).length,
      oldBuilds: builds.filter(({ state }) => state === 'replaced').length,
      unfinishedBuilds: builds.filter(({ state }) => state === 'unfinished').length,
    };
  }

  #told({ scope, platform, producer, builtBy, ...manifest }: Manifest): Told {
    const { key, build, identity, bytes, files, buildMs, createdAt } = manifest;
    return {
      ...{ key, build, identity, bytes, files, buildMs, createdAt },
      ...{ scope: this.#once(scope), platform: this.#once(platform), producer: this.#once(producer) },
      builtBy: this.#once(builtBy, Object.values(builtBy).join('\0')),
    };
  }

  #once<T>(value: T, name = `${value}`): T {
    const kept = this.#kept.get(name);
    if (kept === undefined) this.#kept.set(name, value);
    return (kept ?? value) as T;
  }
}

/** A row as `--json` gives it. What is not known is left out. */
export function jsonOf(root: string, { id, manifest, usedMs, ...row }: KeyRow): object {
  const { key, scope, createdAt: builtAt, build, ...told } = manifest ?? {};
  const { dir: folder } = entryPaths(root, id);
  const path = build && join(folder, build);
  const lastUsed = usedMs && new Date(usedMs).toISOString();
  return { key, scope, folder, build, path, ...told, builtAt, lastUsed, ...row };
}

function isUnseen(lease: LeaseLife, nowMs: number): boolean {
  return lease.job === 'unseen' && mayLive(lease, nowMs);
}

/** A column that rows can be sorted by. */
interface KeyColumn extends Column<KeyRow> {
  /** Texts from A to Z, numbers from the largest; undefined comes last. */
  readonly value: (row: KeyRow) => string | number | undefined;
}

/** The columns of the table, by their names for `--sort`. */
export const KEY_COLUMNS: Readonly<Record<string, KeyColumn>> = {
  key: { title: 'KEY', cell: nameOf, value: ({ manifest }) => manifest?.key },
  scope: {
    title: 'SCOPE',
    cell: ({ manifest }) => shorten(manifest?.scope ?? '', 40),
    value: ({ manifest }) => manifest?.scope,
  },
  size: {
    ...{ title: 'SIZE', right: true, value: ({ manifest }) => manifest?.bytes },
    cell: ({ manifest }) => (manifest?.bytes === undefined ? '' : formatBytes(manifest.bytes)),
  },
  age: { title: 'AGE', cell: ({ ageMs }) => ago(ageMs), value: ({ ageMs }) => ageMs },
  'last-used': { title: 'LAST USED', cell: ({ unusedMs }) => ago(unusedMs, ' ago'), value: ({ unusedMs }) => unusedMs },
  readers: {
    ...{ title: 'READERS', right: true, cell: readersOf },
    value: ({ readers, unseenReaders }) => readers.length + unseenReaders / 1e6,
  },
  'built-by': { title: 'BUILT BY', cell: builderOf, value: (row) => builderOf(row) || undefined },
};

function nameOf({ id, manifest, trouble = 'no build' }: KeyRow): string {
  return manifest === undefined ? `(${trouble}) ${id}` : shorten(manifest.key);
}

function ago(ms: number | undefined, word = ''): string {
  return ms === undefined ? '' : `${formatDuration(ms)}${word}`;
}

function readersOf({ readers, unseenReaders }: KeyRow): string {
  const seen = readers.length === 0 ? '' : `${readers.length}`;
  return unseenReaders === 0 ? seen : `${seen} +${unseenReaders}?`.trim();
}

/** The link to its run tells all; outside of a runner there is none. */
function builderOf({ manifest }: KeyRow): string {
  if (manifest === undefined) return '';
  const { repository, job, host, runUrl } = manifest.builtBy;
  return shorten(runUrl || [repository, job, host].filter(Boolean).join(', '), 120);
}

/** Sorts by a column; rows that are equal there stay in their order. */
export function sorted(rows: readonly KeyRow[], column: string, reverse: boolean): KeyRow[] {
  const value = KEY_COLUMNS[column]?.value ?? (() => undefined);
  const turn = reverse ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => compare(a.value, b.value, turn))
    .map(({ row }) => row);
}

function compare(a: string | number | undefined, b: string | number | undefined, turn: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a === b) return 0;
  return typeof a === 'number' ? turn * (Number(b) - a) : turn * (a < b ? -1 : 1);
}
