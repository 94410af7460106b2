import { formatDuration, shorten } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import { describeWho } from '../../base/who.ts';
import type { Holder } from '../../lock/engine.ts';
import { GRACE } from '../../lock/pool-engine.ts';

const FIRST_LINES_MS = [0, 30_000, 60_000];
const LATER_MS = 300_000;

/** Says who is waited for: at the start, after 30 s, after a minute, then every five; and at once when it is another. */
export class WaitLog {
  readonly #reporter: Reporter;
  #lines = 0;
  #last: string | undefined;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /**
   * @param whom who is waited for, by token, and in which state: a line is due when it changes
   * @param waitedMs how long this step has waited so far
   * @param line makes the line, which begins with `waiting`: "Waiting", "Still waiting (30 s)"
   */
  note(whom: string, waitedMs: number, line: (waiting: string) => string): void {
    const changed = this.#last !== undefined && this.#last !== whom;
    const due = FIRST_LINES_MS[this.#lines] ?? LATER_MS * (this.#lines - FIRST_LINES_MS.length + 1);
    if (waitedMs < due && whom === this.#last) return;
    if (waitedMs >= due) this.#lines += 1;
    this.#last = whom;
    const waited = formatDuration(waitedMs);
    const later = changed ? `Now waiting (${waited} so far)` : `Still waiting (${waited})`;
    this.#reporter.info(line(waitedMs < 1000 ? 'Waiting' : later));
  }
}

/**
 * Who a holder is, since when, and how fresh its heartbeat is.
 * @param watchedMs for how long it has been watched; a first look cannot tell a fresh heartbeat from an old one
 */
export function describeHolder(holder: Holder, watchedMs: number): string {
  if (holder.token === GRACE) return 'the server of the pool, which may have forgotten who builds';
  const who = holder.asker === undefined ? 'a holder whose record cannot be read' : describeWho(holder.asker.who);
  const facts = [startOf(holder), watchedMs < 1000 ? '' : beatOf(holder)].filter(Boolean).join(', ');
  return facts === '' ? who : `${who} (${facts})`;
}

/** Silence, in ms, after which a holder that runs is told to be slow: the time after which one that may be dead is taken over. */
const SLOW_MS = 30_000;

/** Whether a holder lives and cannot write its heartbeat. */
export function isSlow({ running, silentMs }: Holder): boolean {
  return running && silentMs >= SLOW_MS;
}

function beatOf(holder: Holder): string {
  const ago = formatDuration(holder.silentMs);
  if (!isSlow(holder)) return `last heartbeat seen ${ago} ago`;
  return `its process runs, but its heartbeat has stood still for ${ago}: its disk is slow, or hangs`;
}

/** A time by the clock of another host is shown as that host wrote it. */
function startOf({ heldMs, since }: Holder): string {
  if (heldMs !== undefined) return `started ${formatDuration(heldMs)} ago`;
  return since === undefined ? '' : `started at ${shorten(since)} by its own clock`;
}
