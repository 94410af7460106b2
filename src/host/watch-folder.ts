import { type FSWatcher, watch } from 'node:fs';
import { jitter, sleep } from '../base/wait.ts';
import type { Watch } from '../base/watch.ts';

/** Milliseconds between two looks; they grow from the first to the slowest. */
export interface PollTimes {
  readonly pollMs: number;
  readonly slowestPollMs: number;
}

const NO_POLL: PollTimes = { pollMs: Infinity, slowestPollMs: Infinity };

/**
 * Watches `names` in `dir`. A change wakes at once where the system tells of it. inotify sees nothing of other hosts and
 * may be refused (128 instances a user), so a watch that must not miss a change polls as well, with jitter.
 * Subscribe first, then look: what happens between two calls of `next` is remembered.
 *
 * @param times between two polls; without it the watch does not poll
 */
export function watchFolder(dir: string, names: readonly string[], times: PollTimes = NO_POLL): Watch {
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
        // Made for each wait and taken apart after it: a wait of hours must not pile up timers or listeners.
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
    // Refused or ended (EMFILE, the folder is removed): the polls go on, and find out by themselves.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
