import { sleep } from '../../base/wait.ts';
import { PolledWatch, type PollTimes, type Watch } from '../../base/watch.ts';
import type { Subscriber } from './subscriber.ts';

/** All who wait for a lock wake at once: their claims are spread over this time, in ms. */
const SPREAD_MS = 20;
const TIMES: PollTimes = { pollMs: 250, slowestPollMs: 2000 };

/** What is told when a lock or a slot is free: those who wait for it claim it. */
export const RELEASED = 'released';

/**
 * Watches a channel. What is not told is found by polls.
 * @param spreadMs for which, at most, a look waits after a release
 */
export function watchChannel(subscriber: Subscriber, channel: string, spreadMs = SPREAD_MS): Watch {
  let spread = false;
  const settle = async (signal: AbortSignal) => {
    if (spread) await sleep(spreadMs * Math.random(), signal);
    spread = false;
  };
  const watch = new PolledWatch(TIMES, () => end(), settle);
  const end = subscriber.listen(channel, (message) => {
    spread ||= message === RELEASED && spreadMs > 0;
    watch.ring();
  });
  return watch;
}
