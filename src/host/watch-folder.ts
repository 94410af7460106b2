import { type FSWatcher, watch as watchPath } from 'node:fs';
import { PolledWatch, type PollTimes, type Watch } from '../base/watch.ts';

const NO_POLL: PollTimes = { pollMs: Infinity, slowestPollMs: Infinity };

/**
 * Watches `names` in `dir`. A change wakes at once where the system tells of it. inotify sees nothing of other hosts and
 * may be refused (128 instances a user), so a watch that must not miss a change polls as well, with jitter.
 * Subscribe first, then look: what happens between two calls of `next` is remembered.
 *
 * @param times between two polls; without it the watch does not poll
 */
export function watchFolder(dir: string, names: readonly string[], times: PollTimes = NO_POLL): Watch {
  const watch = new PolledWatch(times, () => watcher?.close());
  const watcher = subscribe(dir, (name) => {
    if (name === null || names.includes(name)) watch.ring();
  });
  return watch;
}

function subscribe(dir: string, onChange: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watchPath(dir, { persistent: false }, (_event, name) => onChange(name));
    // Refused or ended (EMFILE, the folder is removed): the polls go on, and find out by themselves.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
