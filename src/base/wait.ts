/** The longest timer of Node, in ms (24.8 days); a longer one fires after 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Resolves after `ms`, or as soon as `signal` aborts. Never rejects.
 * @param ms a negative number, as computed by a process that was stopped meanwhile, counts as 0; one above 24.8 days as
 * 24.8 days; Infinity waits for the signal alone, and does not keep this process running
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = ms === Infinity ? undefined : setTimeout(end, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    signal?.addEventListener('abort', end);
  });
}

/**
 * The result of `promise`, or 'late' if that takes longer than `ms` (as in {@link sleep}) or `signal` aborts first. The
 * work behind `promise` goes on after 'late': the caller ends it. No timer and no listener stay behind.
 * @throws what `promise` rejects with in time; a later rejection is ignored
 */
export async function within<T>(promise: Promise<T>, ms: number, signal?: AbortSignal): Promise<T | 'late'> {
  const over = new AbortController();
  const end = () => over.abort();
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { signal: over.signal });
  try {
    return await Promise.race([promise, late(ms, over.signal)]);
  } finally {
    end();
  }
}

/** Timers run before I/O: if this process was held up, the result may be there unread, so it gets one more turn. */
async function late(ms: number, signal: AbortSignal): Promise<'late'> {
  await sleep(ms, signal);
  await new Promise(setImmediate);
  return 'late';
}

/** Pauses before a call is made again whose error passes soon, in ms; 2 s in all. */
export const RETRY_PAUSES_MS: readonly number[] = [10, 20, 40, 80, 160, 320, 640, 730];

/** Blocks this thread for `ms`. Only where nothing else of this process may run, or has to. */
export function pauseSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
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
