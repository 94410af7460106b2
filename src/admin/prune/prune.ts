import { accessSync, constants } from 'node:fs';
import { formatBytes } from '../../base/format.ts';
import { fileSystemOf } from '../../host/file-system.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import type { CatalogEntry } from '../../store/catalog.ts';
import { versionDir } from '../../store/layout.ts';
import { timeOfDisk } from '../../store/prune/lease-life.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { eachKey } from '../read-catalog.ts';
import { rootsOf } from '../roots.ts';
import { readOptions, type Verb } from '../verb.ts';
import { type Candidate, candidatesOf, leastRecentlyUsed } from './candidates.ts';
import { Cleaner, type CleanerOptions } from './cleaner.ts';
import { LIMIT_OPTIONS, type Limits, limitsOf, reasonToGo } from './limits.ts';
import { tell } from './tell.ts';

/** Removes old builds. */
export const prune: Verb = {
  name: 'prune',
  summary: 'removes old builds that no job uses',
  usage: `Removes builds from a shared cache, those that were not used for longest first. Jobs may run meanwhile.

build-once prune [--root DIR] [limits] [--keep GLOB]... [--dry-run] [--json]

  --root DIR       the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --max-size SIZE  until all builds together have at most this: 50GB, 200GiB
  --min-free SIZE  until the disk has this free: 10%, 20GB
  --max-age TIME   all that were built longer ago: 30d, 12h
  --unused TIME    all that no job was handed for so long: 14d
  --keep GLOB      a key that stays, such as 'node/*'; * stands for any characters. May be given more than once
  --grace TIME     builds younger than this stay (default 1h)
  --dry-run        says what would be removed, and removes nothing
  --json           prints one JSON object instead of lines
  --help           this text

With or without limits, builds that were replaced by newer ones go, and what dead jobs left. A key that a job builds is
passed over, and so is a build that a job uses: one whose job lives on this host, or else was handed it in the last 6 h.
What another user owns is passed over and named.

Example: build-once prune --root /opt/ci-cache --max-size 200GB --unused 14d --keep 'llvm-*'

Exit code: 0 if it came to its end, 1 if it failed, 2 for bad options, 130 if interrupted.
`,
  async run(args) {
    const {
      root,
      json,
      'dry-run': dryRun,
      ...given
    } = readOptions(args, {
      root: { type: 'string', multiple: true },
      ...LIMIT_OPTIONS,
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const limits = limitsOf(given);
    const [place = ''] = rootsOf(root ?? [], 1);
    const { done: empty } = await eachKey(place).next();
    const signal = endSignal();
    const told = { root: place, dryRun: dryRun ?? false, json: json ?? false };
    if (empty) return tell({ removed: [], skipped: [] }, undefined, told);
    const options = { dryRun: told.dryRun, nowMs: now(place), signal };
    const cleaner = await Cleaner.open(place, options);
    const left = await new Pruning(place, limits, cleaner, options).run(eachKey(place));
    tell(cleaner, left, told);
    return signal.aborted ? INTERRUPTED : 0;
  },
};

/** By the clock of the disk. A dry run may look at a cache that it may not write. */
function now(root: string): number {
  try {
    accessSync(versionDir(root), constants.W_OK);
  } catch {
    return Date.now();
  }
  return timeOfDisk(versionDir(root));
}

class Pruning {
  readonly #root: string;
  readonly #limits: Limits;
  readonly #cleaner: Cleaner;
  readonly #options: CleanerOptions;

  constructor(root: string, limits: Limits, cleaner: Cleaner, options: CleanerOptions) {
    this.#root = root;
    this.#limits = limits;
    this.#cleaner = cleaner;
    this.#options = options;
  }

  /** @returns which limit is not met, for people; undefined: all are */
  async run(entries: AsyncIterable<CatalogEntry>): Promise<string | undefined> {
    const published: Candidate[] = [];
    let total = 0;
    for await (const entry of entries) {
      total += await this.#clearUp(entry);
      published.push(...(await candidatesOf(entry, 'published', this.#options)));
    }
    total += sum(published);
    let freed = 0;
    const wantedFree = this.#limits.minFree?.(this.#root) ?? 0;
    const measure = () => ({ nowMs: this.#options.nowMs, total, free: this.#free(freed), wantedFree });
    for (const build of published.sort(leastRecentlyUsed)) {
      if (this.#options.signal.aborted) break;
      const reason = this.#stays(build) ? undefined : reasonToGo(build, this.#limits, measure());
      if (reason === undefined || !(await this.#cleaner.remove(build.paths, build.name, [build], reason))) continue;
      total -= build.bytes;
      freed += build.bytes;
    }
    const { free } = measure();
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
