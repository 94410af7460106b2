/** How often a lock is looked at, and when it falls. Milliseconds. */
export interface LockTimes {
  /** Between two heartbeats. */
  readonly heartbeatMs: number;
  /** Silence that makes a holder dead. */
  readonly staleMs: number;
  /** Between two looks of one who waits; they grow from the first to the slowest. */
  readonly pollMs: number;
  readonly slowestPollMs: number;
}

export const LOCAL: LockTimes = { heartbeatMs: 5000, staleMs: 30_000, pollMs: 250, slowestPollMs: 250 };
/** Attribute caches of network file systems last up to 60 s. */
export const NETWORK: LockTimes = { heartbeatMs: 10_000, staleMs: 120_000, pollMs: 250, slowestPollMs: 2000 };
