import type { Side } from '../../harness/storm/side.ts';

/** What a check has to work with. */
export interface Lab {
  /** Two mounts of one disk. */
  readonly sides: readonly [Side, Side];
  /** An empty folder of this machine, for what is not on the shared disk. */
  readonly temp: string;
  readonly sizes: Sizes;
}

/** How much is done; what is a machine's minute is an emulator's quarter of an hour. */
export interface Sizes {
  /** Rounds of what is done several times. */
  readonly rounds: number;
  /** Processes that contend for one lock. */
  readonly processes: number;
  /** Takeovers of a dead holder of this host, and at most as many of stock proper-lockfile. */
  readonly trials: number;
  /** Takeovers of a holder of which only the heartbeat tells. */
  readonly silentTrials: number;
  /** Seconds of silence that make a holder dead; has to be more than the longest time for which attributes are cached. */
  readonly stale: number;
  /** Seconds of the storm. */
  readonly storm: number;
  /** Whether to start few processes, where each takes seconds to start. */
  readonly slow: boolean;
}

/** One thing to be shown. */
export interface Check {
  readonly name: string;
  /** Figures for people. Throws when what was to be shown is not so. */
  readonly run: (lab: Lab) => Promise<string>;
}

/** Throws unless it is so. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** For people. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
