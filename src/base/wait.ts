/** The longest timer of Node, in ms (24.8 days); it turns a longer one into one of 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Sleeps `ms`, or less if `signal` aborts; not at all if `ms` is negative, as after the process was stopped for long; and
 * never longer than {@link LONGEST_TIMER_MS}. Never throws.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    signal?.addEventListener('abort', end);
  });
}

/**
 * What `promise` comes to within `ms`; undefined if that takes longer, or if `signal` aborts before. Rejects as `promise`
 * does. Timers run before answers of the system: if this process was held up for long, an answer may be waiting behind the
 * timer, so the event loop turns once more.
 */
export async function within<T>(promise: Promise<T>, ms: number, signal?: AbortSignal): Promise<T | undefined> {
  const over = new AbortController();
  const ends = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  const late = sleep(ms, ends).then(() => new Promise<undefined>((resolve) => setImmediate(resolve, undefined)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
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

/** Milliseconds on this process's monotonic clock. Not from `performance`, whose first use costs a hit 1 ms. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** A deadline `ms` from now; Infinity means never. */
export function deadlineIn(ms: number): Deadline {
  const end = monotonicMs() + ms;
  return { left: () => end - monotonicMs() };
}

/** Milliseconds since this call, on the monotonic clock. */
export function stopwatch(): () => number {
  const start = monotonicMs();
  return () => monotonicMs() - start;
}
