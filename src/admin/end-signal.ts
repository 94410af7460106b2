import { SIGNALS } from '../step/lifetime.ts';

/** Exit code of a command that was interrupted. */
export const INTERRUPTED = 130;

/** Aborts at a signal that ends the process, so that a command leaves nothing half done. */
export function endSignal(): AbortSignal {
  const end = new AbortController();
  for (const name of SIGNALS) process.on(name, () => end.abort());
  return end.signal;
}
