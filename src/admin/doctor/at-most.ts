import { sleep } from '../../base/wait.ts';

/** What `promise` gives, or undefined when that takes longer than `ms` or `signal` aborts. Leaves no timer behind. */
export async function atMost<T>(ms: number, promise: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  const over = new AbortController();
  const abort = () => over.abort();
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, sleep(signal?.aborted ? 0 : ms, over.signal).then(() => undefined)]);
  } finally {
    signal?.removeEventListener('abort', abort);
    over.abort();
  }
}
