import { formatDuration, shorten } from '../base/format.ts';
import type { Reporter } from '../base/reporter.ts';
import { describeWho } from '../base/who.ts';
import type { Holder } from '../lock/engine.ts';

const FIRST_LINES_MS = [0, 30_000, 60_000];
const LATER_MS = 300_000;

/** Says who is waited for: at the start, after 30 s, after a minute, then every five; and at once when it is another. */
export class WaitLog {
  readonly #key: string;
  readonly #reporter: Reporter;
  readonly #lastBuildMs: () => number | undefined;
  #lines = 0;
  #told: string | undefined;

  /** @param lastBuildMs what the last build of this key took, where that is known */
  constructor(key: string, reporter: Reporter, lastBuildMs: () => number | undefined) {
    this.#key = key;
    this.#reporter = reporter;
    this.#lastBuildMs = lastBuildMs;
  }

  /** @param waitedMs how long this step has waited so far */
  note(holder: Holder, waitedMs: number): void {
    const due = FIRST_LINES_MS[this.#lines] ?? LATER_MS * (this.#lines - FIRST_LINES_MS.length + 1);
    if (waitedMs < due && holder.token === this.#told) return;
    if (waitedMs >= due) this.#lines += 1;
    this.#told = holder.token;
    const after = waitedMs < 1000 ? '' : ` for ${formatDuration(waitedMs)}`;
    const last = this.#lastBuildMs();
    const usual = last === undefined ? '' : ` The last build of this key took ${formatDuration(last)}.`;
    this.#reporter.info(
      `Waiting${after} for ${describeHolder(holder, waitedMs)}, which builds "${shorten(this.#key)}".${usual}`,
    );
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
