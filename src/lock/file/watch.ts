import { type FSWatcher, watch } from 'node:fs';
import { jitter, sleep } from '../../base/wait.ts';
import type { Watch } from '../engine.ts';

/** Milliseconds between looks; they grow from the first to the slowest. */
export interface PollTimes {
  readonly pollMs: number;
  readonly slowestPollMs: number;
}

/**
 * Says when it is worth looking again: at once when one of `names` in `dir` changed, and in any case after a poll
 * interval with jitter, for inotify sees nothing of other hosts and may be refused (128 instances a user).
 * Subscribe first, then look: what happens between two calls of `next` is remembered.
 */
export function watchFolder(dir: string, names: readonly string[], times: PollTimes): Watch {
  let happened = false;
  let wake = () => {};
  const watcher = subscribe(dir, (name) => {
    if (name !== null && !names.includes(name)) return;
    happened = true;
    wake();
  });
  let pollMs = times.pollMs;
  return {
    async next(signal, atMostMs) {
      if (!happened && !signal.aborted) {
        // Made anew for each wait and taken apart after it: a wait of hours must not pile up timers or listeners.
        const event = new AbortController();
        wake = () => event.abort();
        signal.addEventListener('abort', wake);
        await sleep(Math.min(jitter(pollMs), atMostMs), event.signal);
        signal.removeEventListener('abort', wake);
        wake = () => {};
      }
      const seen = happened;
      pollMs = seen ? times.pollMs : Math.min(pollMs * 1.5, times.slowestPollMs);
      happened = false;
      return seen;
    },
    async [Symbol.asyncDispose]() {
      watcher?.close();
    },
  };
}

function subscribe(dir: string, onChange: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, { persistent: false }, (_event, name) => onChange(name));
    // Refused or ended (EMFILE, the folder removed): the poll goes on, and finds out by itself.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
