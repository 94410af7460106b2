import type { Chart } from './chart.ts';

/** How much each suite measures. */
export interface Settings {
  /** How often each process of a comparison runs, in turn with its peers. */
  readonly runs: number;
  /** Number of files in the tree that is published. */
  readonly files: number;
  /** How often the tree is published. */
  readonly publishes: number;
  /** How often an archive of `files` files and `fetchBytes` bytes is fetched. */
  readonly fetches: number;
  readonly fetchBytes: number;
  readonly waiters: number;
  /** How often the waiters of a lock are woken, and how often the lock of a dead holder is taken over. */
  readonly wakes: number;
  readonly takeovers: number;
  /** Milliseconds for which the builder holds the lock after all peers have begun to wait. */
  readonly holdMs: number;
  /** Milliseconds after which the queue of a peer is cut short. */
  readonly capMs: number;
  /** The lengths of the queues for one artifact, how often each is measured, and the limit of a peer's queue in ms. */
  readonly queues: readonly number[];
  readonly queueRounds: number;
  readonly queueCapMs: number;
  /** Number of builds that compete for a few slots. */
  readonly builds: number;
  /** How often a waiting step is cancelled, and how often a building step is killed. */
  readonly cancels: number;
  /** Number of files in the build that is cancelled. */
  readonly cancelFiles: number;
  /** Number of events in the journal that a report is made of. */
  readonly events: number;
  /** Milliseconds for which a waiter is measured. */
  readonly watchMs: number;
  /** Number of keys in the cache that is listed. */
  readonly keys: number;
}

/** One line of the table: our figure, and that of a peer in the same run. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly unit: 'ms' | '' | 'MB' | '%';
  readonly peer?: { readonly name: string; readonly value: number; readonly atLeast?: boolean } | undefined;
  /** The ratio pair by pair. Default: `ours` over the value of `peer`. */
  readonly ratio?: number | undefined;
  /** The limit for the ratio or for our own figure. */
  readonly goal?: { readonly of: 'ratio' | 'ours'; readonly atMost: number } | undefined;
}

/** The result of a suite: figures, and notes for a person. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly chart?: Chart;
}

/** One subject. `dir` is an empty folder of its own on the file system under test. */
export type Suite = (dir: string, settings: Settings) => Promise<Findings>;

/** The ratio of a row; undefined if it has no peer. */
export function ratioOf({ ours, peer, ratio }: Row): number | undefined {
  return ratio ?? (peer && peer.value > 0 ? ours / peer.value : undefined);
}

/** Whether the goal is met; undefined if there is no goal. */
export function isMet(row: Row): boolean | undefined {
  if (row.goal === undefined) return undefined;
  const figure = row.goal.of === 'ours' ? row.ours : ratioOf(row);
  return figure !== undefined && figure <= row.goal.atMost;
}
