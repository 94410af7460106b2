import { formatDuration, shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import { describeWho } from '../../base/who.ts';
import type { Holder } from '../../lock/engine.ts';

const FIRST_LINES_MS = [0, 30_000, 60_000];
const LATER_MS = 300_000;

/** Says who is waited for: at the start, after 30 s, after a minute, then every five; and at once when it is another. */
export class WaitLog {
  readonly #reporter: Reporter;
  #lines = 0;
  #told: string | undefined;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /**
   * @param whom who is waited for, by token
   * @param waitedMs how long this step has waited so far
   * @param tell the line; `after` goes behind the word Waiting
   */
  note(whom: string, waitedMs: number, tell: (after: string) => string): void {
    const another = this.#told !== undefined && this.#told !== whom;
    const due = FIRST_LINES_MS[this.#lines] ?? LATER_MS * (this.#lines - FIRST_LINES_MS.length + 1);
    if (waitedMs < due && whom === this.#told) return;
    if (waitedMs >= due) this.#lines += 1;
    this.#told = whom;
    const waited = formatDuration(waitedMs);
    this.#reporter.info(tell(waitedMs < 1000 ? '' : another ? ` now, after ${waited},` : ` for ${waited}`));
  }
}

/**
 * Who it is, since when, and how fresh its heartbeat is.
 * @param watchedMs for how long it has been watched; a first look cannot tell a fresh heartbeat from an old one
 */
export function describeHolder(holder: Holder, watchedMs: number): string {
  const who = holder.asker === undefined ? 'a holder whose record cannot be read' : describeWho(holder.asker.who);
  const since = holder.since === undefined ? '' : `holding since ${shorten(holder.since)}`;
  const beat = watchedMs < 1000 ? '' : `last heartbeat seen ${formatDuration(holder.silentMs)} ago`;
  const facts = [since, beat].filter(Boolean).join(', ');
  return facts === '' ? who : `${who} (${facts})`;
}
