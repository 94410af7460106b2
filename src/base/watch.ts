/** Tells when it is worth looking again. */
export interface Watch extends AsyncDisposable {
  /**
   * Resolves when a change was seen, after the poll interval if the watch polls, after `atMostMs`, or when `signal`
   * aborts. Never rejects. A change between two calls is remembered.
   * @returns whether a change was seen; without one, something may have changed all the same
   */
  next(signal: AbortSignal, atMostMs: number): Promise<boolean>;
}

/**
 * Waits for the first of several watches.
 * @returns for each watch whether it saw a change
 */
export async function nextOf(watches: readonly Watch[], signal: AbortSignal, atMostMs: number): Promise<boolean[]> {
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const each = watches.map((watch) => watch.next(over.signal, atMostMs));
  await Promise.race(each);
  end();
  // All of them: a watch that is still being asked cannot be asked again.
  const seen = await Promise.all(each);
  signal.removeEventListener('abort', end);
  return seen;
}

/** Ends several watches. */
export async function closeAll(watches: readonly Watch[]): Promise<void> {
  await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
}

/** One watch that wakes as soon as one of several does. */
export function firstOf(...watches: readonly Watch[]): Watch {
  return {
    next: async (signal, atMostMs) => (await nextOf(watches, signal, atMostMs)).includes(true),
    [Symbol.asyncDispose]: () => closeAll(watches),
  };
}
