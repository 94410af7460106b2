import { formatBytes } from '../../base/format.ts';
import { stopwatch } from '../../base/wait.ts';
import type { CatalogBuild, CatalogEntry } from '../../store/catalog.ts';
import { mayLive } from '../../store/prune/lease-life.ts';
import { measureTree } from '../../store/tree/measure.ts';
import { type Column, tableOf } from '../table.ts';

/** The builds of one state, all keys together. */
interface Total {
  count: number;
  /** Builds that a job may be using. */
  inUse: number;
  bytes: number;
  /** Bytes of those that no job uses: a prune could remove them. */
  reclaimable: number;
  /** Builds whose size is not known, so there are more bytes. */
  unmeasured: number;
}

/** What a cache holds, as `--json` gives it. */
export interface Totals {
  readonly keys: number;
  readonly published: Readonly<Total>;
  readonly replaced: Readonly<Total>;
  readonly unfinished: Readonly<Total>;
}

/** Most time, in ms, that is spent on counting builds whose size is noted nowhere. */
const MEASURE_MS = 2000;

/** Adds up the entries of a cache. */
export class Adding {
  #keys = 0;
  readonly #totals = { published: none(), replaced: none(), unfinished: none() };
  readonly #nowMs: number;
  readonly #signal: AbortSignal;
  #spentMs = 0;

  /** @param nowMs in ms since 1970 */
  constructor(nowMs: number, signal: AbortSignal) {
    this.#nowMs = nowMs;
    this.#signal = signal;
  }

  get totals(): Totals {
    return { keys: this.#keys, ...this.#totals };
  }

  /** @throws the signal's reason */
  async add({ manifest, builds, trouble }: CatalogEntry): Promise<void> {
    this.#keys += 1;
    for (const build of builds) {
      // Which build of such a key is the published one, nobody knows.
      if (trouble !== undefined && trouble !== 'damaged') continue;
      const total = this.#totals[build.state];
      const bytes = (build.state === 'published' ? manifest?.bytes : undefined) ?? (await this.#measure(build));
      const inUse = build.leases.some((lease) => mayLive(lease, this.#nowMs));
      total.count += 1;
      total.inUse += inUse ? 1 : 0;
      total.bytes += bytes ?? 0;
      total.unmeasured += bytes === undefined ? 1 : 0;
      // An attempt that is at work has no lease; what the dead left, the next prune finds out.
      if (!inUse && build.state !== 'unfinished') total.reclaimable += bytes ?? 0;
    }
  }

  async #measure({ path }: CatalogBuild): Promise<number | undefined> {
    const budgetMs = MEASURE_MS - this.#spentMs;
    if (budgetMs <= 0) return undefined;
    const spent = stopwatch();
    try {
      return (await measureTree(path, { budgetMs, signal: this.#signal }))?.bytes;
    } catch {
      this.#signal.throwIfAborted();
      // It is gone by now, or may not be read.
      return undefined;
    } finally {
      this.#spentMs += spent();
    }
  }
}

function none(): Total {
  return { count: 0, inUse: 0, bytes: 0, reclaimable: 0, unmeasured: 0 };
}

type Line = readonly [name: string, total: Total];

const COLUMNS: readonly Column<Line>[] = [
  { title: 'BUILDS', cell: ([name]) => name },
  { title: 'COUNT', right: true, cell: ([, { count }]) => `${count}` },
  { title: 'IN USE', right: true, cell: ([, { inUse }]) => `${inUse}` },
  { title: 'SIZE', right: true, cell: ([, { bytes, unmeasured }]) => atLeast(bytes, unmeasured) },
  { title: 'RECLAIMABLE', right: true, cell: reclaimable },
];

/** The lines of the totals. */
export function totalLines({ keys, published, replaced, unfinished }: Totals): string[] {
  const lines: Line[] = [
    ['published', published],
    ['replaced', replaced],
    ['unfinished', unfinished],
  ];
  return [...tableOf(COLUMNS, lines), '', `${keys} ${keys === 1 ? 'key' : 'keys'}.`];
}

function reclaimable([name, { bytes, reclaimable: free, unmeasured }]: Line): string {
  if (name === 'unfinished') return '';
  const share = bytes === 0 ? '' : ` (${Math.round((100 * free) / bytes)}%)`;
  return `${atLeast(free, unmeasured)}${share}`;
}

function atLeast(bytes: number, unmeasured: number): string {
  return unmeasured === 0 ? formatBytes(bytes) : `over ${formatBytes(bytes)}`;
}
