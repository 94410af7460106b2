import { jitter, sleep } from '../../base/wait.ts';
import type { Watch } from '../../base/watch.ts';
import type { Subscriber } from './subscriber.ts';

/** All who wait wake at once: their claims are spread over this time, in ms. */
const SPREAD_MS = 20;
/** Between two polls, in ms; they grow from the first to the slowest. */
const POLL_MS = 250;
const SLOWEST_POLL_MS = 2000;

/** What is told when a lock or a slot is free: those who wait for it claim it. */
export const RELEASED = 'released';

/** Watches a channel. What is not told is found by polls. */
export function watchChannel(subscriber: Subscriber, channel: string): Watch {
  let happened = false;
  let spread = false;
  let wake = () => {};
  let pollMs = POLL_MS;
  const end = subscriber.listen(channel, (message) => {
    happened = true;
    spread ||= message === RELEASED;
    wake();
  });
  return {
    async next(signal, atMostMs) {
      if (!happened && !signal.aborted) {
        const event = new AbortController();
        wake = () => event.abort();
        signal.addEventListener('abort', wake);
        await sleep(Math.min(jitter(pollMs), atMostMs), event.signal);
        signal.removeEventListener('abort', wake);
        wake = () => {};
      }
      if (spread) await sleep(SPREAD_MS * Math.random(), signal);
      const seen = happened;
      pollMs = seen ? POLL_MS : Math.min(pollMs * 1.5, SLOWEST_POLL_MS);
      [happened, spread] = [false, false];
      return seen;
    },
    async [Symbol.asyncDispose]() {
      end();
    },
  };
}
