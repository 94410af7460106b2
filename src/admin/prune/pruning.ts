import { accessSync, constants } from 'node:fs';
import { formatBytes } from '../../base/format.ts';
import { fileSystemOf } from '../../host/file-system.ts';
import type { CatalogEntry } from '../../store/catalog.ts';
import { versionDir } from '../../store/layout.ts';
import { timeOfDisk } from '../../store/prune/lease-life.ts';
import { forgetSpentLeases, isSpent } from '../../store/prune/spent-leases.ts';
import { eachKey } from '../read-catalog.ts';
import { type Candidate, candidatesOf, leastRecentlyUsed } from './candidates.ts';
import { Cleaner, type CleanerOptions } from './cleaner.ts';
import { type Limits, type Measures, reasonToGo } from './limits.ts';
import type { Progress } from './progress.ts';
import type { Account } from './tell.ts';

/** By the clock of the disk. A dry run may look at a cache that it may not write. */
function now(root: string): number {
  try {
    accessSync(versionDir(root), constants.W_OK);
  } catch {
    return Date.now();
  }
  return timeOfDisk(versionDir(root));
}

/** What a prune came to. */
export interface Pruned {
  readonly account: Account;
  /** Which limit is not met, for people; undefined: all are. */
  readonly unmet: string | undefined;
  /** The builds that are left, published and replaced ones. */
  readonly kept: { readonly builds: number; readonly bytes: number };
}

/**
 * Removes the builds of a root that are to go.
 * @throws OnceError ROOT_UNUSABLE if the root cannot be read
 */
export async function pruneRoot(
  root: string,
  limits: Limits,
  { progress, ...how }: Omit<CleanerOptions, 'nowMs'> & { readonly progress?: Progress | undefined },
): Promise<Pruned> {
  if ((await eachKey(root).next()).done) {
    return { account: { removed: [], skipped: [] }, unmet: undefined, kept: { builds: 0, bytes: 0 } };
  }
  const options = { ...how, nowMs: now(root) };
  const cleaner = await Cleaner.open(root, options);
  try {
    const ended = await new Pruning(root, limits, cleaner, { ...options, progress }).run(eachKey(root));
    return { account: cleaner, ...ended };
  } finally {
    progress?.end();
  }
}

type Options = CleanerOptions & { readonly progress: Progress | undefined };

class Pruning {
  readonly #root: string;
  readonly #limits: Limits;
  readonly #cleaner: Cleaner;
  readonly #options: Options;

  constructor(root: string, limits: Limits, cleaner: Cleaner, options: Options) {
    this.#root = root;
    this.#limits = limits;
    this.#cleaner = cleaner;
    this.#options = options;
  }

  async run(entries: AsyncIterable<CatalogEntry>): Promise<Omit<Pruned, 'account'>> {
    const published: Candidate[] = [];
    let total = 0;
    let replaced = 0;
    let keys = 0;
    for await (const entry of entries) {
      this.#options.progress?.read(++keys);
      this.#forgetSpent(entry);
      total += await this.#clearUp(entry);
      published.push(...(await candidatesOf(entry, 'published', this.#options)));
      replaced += entry.builds.filter(({ state }) => state === 'replaced').length;
    }
    total += sum(published);
    let freed = 0;
    const wantedFree = this.#limits.minFree?.(this.#root) ?? 0;
    const measure = () => ({ nowMs: this.#options.nowMs, total, free: this.#free(freed), wantedFree });
    for (const build of published.sort(leastRecentlyUsed)) {
      if (this.#options.signal.aborted) break;
      const reason = this.#stays(build) ? undefined : reasonToGo(build, this.#limits, measure());
      if (reason === undefined) continue;
      this.#options.progress?.remove(build, this.#cleaner);
      if (!(await this.#cleaner.remove(build.paths, build.name, [build], reason))) continue;
      total -= build.bytes;
      freed += build.bytes;
    }
    const builds = published.length + replaced - this.#cleaner.removed.length;
    return { unmet: this.#unmet(measure()), kept: { builds, bytes: total } };
  }

  #unmet({ total, free, wantedFree }: Measures): string | undefined {
    if (total > (this.#limits.maxBytes ?? Infinity)) return `the builds that are left have ${formatBytes(total)}`;
    return free < wantedFree ? `the disk has ${formatBytes(free)} free` : undefined;
  }

  /** Replaced builds, and what the dead left. @returns bytes of the replaced builds that stay */
  async #clearUp(entry: CatalogEntry): Promise<number> {
    const { paths, manifest, litter } = entry;
    const old = await candidatesOf(entry, 'replaced', this.#options);
    const go = old.filter((build) => !this.#isYoung(build));
    if (this.#options.signal.aborted || (go.length === 0 && !litter)) return sum(old);
    const gone = await this.#cleaner.remove(paths, manifest?.key ?? paths.id, go, 'replaced by a newer build');
    return gone ? sum(old) - sum(go) : sum(old);
  }

  /** What many jobs of one build have left. One is not worth a look: it says when the build was last used. */
  #forgetSpent({ paths, builds }: CatalogEntry): void {
    const { dryRun, signal, nowMs } = this.#options;
    if (dryRun || signal.aborted) return;
    for (const { token, leases } of builds) {
      if (leases.filter((lease) => isSpent(lease, nowMs)).length > 1) forgetSpentLeases(paths, token, nowMs);
    }
  }

  #stays(build: Candidate): boolean {
    return this.#isYoung(build) || this.#limits.keeps(build.name);
  }

  #isYoung({ publishedMs }: Candidate): boolean {
    // Not a number: its age is not known.
    return !(this.#options.nowMs - publishedMs >= this.#limits.graceMs);
  }

  #free(freed: number): number {
    if (this.#limits.minFree === undefined) return Infinity;
    return fileSystemOf(this.#root).freeBytes + (this.#options.dryRun ? freed : 0);
  }
}

function sum(builds: readonly Candidate[]): number {
  return builds.reduce((bytes, build) => bytes + build.bytes, 0);
}
