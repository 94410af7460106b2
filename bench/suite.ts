import type { Chart } from './chart.ts';

/** How much is measured. */
export interface Settings {
  /** Times that each process of a comparison is run, in turn with its peers. */
  readonly runs: number;
  /** Files of the tree that is published. */
  readonly files: number;
  /** Times that it is published. */
  readonly publishes: number;
  /** Times that an archive of `files` files and this many bytes is fetched. */
  readonly fetches: number;
  readonly fetchBytes: number;
  readonly waiters: number;
  /** Times that a lock's waiters are woken, and that a dead holder's lock is taken over. */
  readonly wakes: number;
  readonly takeovers: number;
  /** Milliseconds for which the builder holds the lock while the queues of the peers form. */
  readonly holdMs: number;
  /** Milliseconds after which a queue of a peer is cut short. */
  readonly capMs: number;
  /** Numbers of jobs that queue for one artifact, how often each, and when the queue of a peer is cut short. */
  readonly queues: readonly number[];
  readonly queueRounds: number;
  readonly queueCapMs: number;
  /** Builds that want one of a few slots. */
  readonly builds: number;
  /** Times that a step that waits is cancelled, and that a step that builds is killed. */
  readonly cancels: number;
  /** Files of a build that is cancelled. */
  readonly cancelFiles: number;
  /** Milliseconds for which a waiter is watched. */
  readonly watchMs: number;
}

/** One line of the table: what ours took beside a peer in the same run. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly unit: 'ms' | '' | 'MB' | '%';
  readonly peer?: { readonly name: string; readonly value: number; readonly atLeast?: boolean } | undefined;
  /** Pair by pair; undefined: `ours` over `peer`. */
  readonly ratio?: number | undefined;
  /** What must hold: of the ratio, or of our own figure. */
  readonly goal?: { readonly of: 'ratio' | 'ours'; readonly atMost: number } | undefined;
}

/** What a suite found: figures, and what a person may want to know beside them. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly chart?: Chart;
}

/** One subject; it gets an empty folder of its own on the file system under test. */
export type Suite = (dir: string, settings: Settings) => Promise<Findings>;

/** The ratio as the goal and the table see it; undefined where there is no peer. */
export function ratioOf({ ours, peer, ratio }: Row): number | undefined {
  return ratio ?? (peer && peer.value > 0 ? ours / peer.value : undefined);
}

/** Whether the goal is met; undefined where there is none. */
export function isMet(row: Row): boolean | undefined {
  if (row.goal === undefined) return undefined;
  const figure = row.goal.of === 'ours' ? row.ours : ratioOf(row);
  return figure !== undefined && figure <= row.goal.atMost;
}
