import type { CatalogBuild, CatalogEntry } from '../../store/catalog.ts';
import type { EntryPaths } from '../../store/layout.ts';
import { mayLive } from '../../store/prune/lease-life.ts';
import { measureTree } from '../../store/tree/measure.ts';

/** A build that may go. */
export interface Candidate {
  readonly paths: EntryPaths;
  readonly token: string;
  /** The key; where no manifest tells it, the name of its folder. */
  readonly name: string;
  readonly bytes: number;
  /** By the clock of the disk, in ms since 1970. */
  readonly publishedMs: number;
  readonly usedMs: number;
  /** Whether a job may have been using it when it was read. */
  readonly inUse: boolean;
}

/**
 * The builds of an entry in one of its states. Sizes that nobody noted are measured.
 * @param nowMs by the clock of the disk, in ms since 1970
 */
export async function candidatesOf(
  { paths, manifest, builds }: CatalogEntry,
  state: CatalogBuild['state'],
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<Candidate[]> {
  const name = manifest?.key ?? paths.id;
  const found: Candidate[] = [];
  for (const build of builds.filter((each) => each.state === state)) {
    const noted = state === 'published' ? manifest?.bytes : undefined;
    const bytes = noted ?? (await measureTree(build.path, { signal }))?.bytes ?? 0;
    // A build whose mark a crash of the machine lost is as old as its entry says.
    const publishedMs = build.publishedMs ?? Date.parse(manifest?.createdAt ?? '');
    const usedMs = Math.max(publishedMs, ...build.leases.map(({ writtenMs }) => writtenMs));
    const inUse = build.leases.some((lease) => mayLive(lease, nowMs));
    found.push({ paths, token: build.token, name, bytes, publishedMs, usedMs, inUse });
  }
  return found;
}

/** The one that was not used for longest comes first. */
export function leastRecentlyUsed(a: Candidate, b: Candidate): number {
  return a.usedMs - b.usedMs || (a.paths.id < b.paths.id ? -1 : 1);
}
