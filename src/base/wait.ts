import { setTimeout as delay } from 'node:timers/promises';

/** Sleeps `ms`, or less if `signal` aborts; never throws. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  // The empty catch is safe: the only rejection is the abort, and callers look at the signal themselves.
  await delay(ms, undefined, signal ? { signal } : {}).catch(() => {});
}

/** `ms` give or take a fifth, so that many waiters do not move in step. */
export function jitter(ms: number): number {
  return ms * (0.8 + 0.4 * Math.random());
}

/** A point on this process's monotonic clock; wall clocks jump. */
export interface Deadline {
  /** Milliseconds left; negative when past, Infinity without a limit. */
  left(): number;
}

/** A deadline `ms` from now; Infinity means never. */
export function deadlineIn(ms: number): Deadline {
  const end = performance.now() + ms;
  return { left: () => end - performance.now() };
}

/** Milliseconds since this call, on the monotonic clock. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
