import { formatBytes, shorten } from '../../base/format.ts';
import type { Candidate } from './candidates.ts';
import { type Account, bytesOf, countOf } from './tell.ts';

/** Told while a prune goes on. */
export interface Progress {
  readonly read: (keys: number) => void;
  /** Before each removal, which may take minutes. @param until what is gone until then */
  readonly remove: (build: Candidate, until: Pick<Account, 'removed'>) => void;
  /** Before anything else is printed. */
  readonly end: () => void;
}

/** How often the count of keys is written anew, in ms. */
const PAUSE_MS = 100;
const CLEAR = '\r\x1b[K';

/** One line that changes, on a terminal; elsewhere nothing, for each change would be a line of a log. */
export function progressOn(terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>): Progress | undefined {
  if (!terminal.isTTY) return undefined;
  const show = (text: string) => void terminal.write(`${CLEAR}${text} …`);
  let shownAt = -Infinity;
  return {
    read: (keys) => {
      const now = performance.now();
      if (now - shownAt < PAUSE_MS) return;
      shownAt = now;
      show(`Reading: ${countOf(keys, 'key')}`);
    },
    remove: ({ name, bytes }, until) => {
      const gone = `${countOf(until.removed.length)}, ${formatBytes(bytesOf(until))} gone`;
      show(`Removing ${shorten(name, 40)} (${formatBytes(bytes)}); ${gone}`);
    },
    end: () => void terminal.write(CLEAR),
  };
}
