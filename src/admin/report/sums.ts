import { shorten } from '../../base/format.ts';
import type { PastEvent } from '../../store/journal/read-event.ts';
import { Figures, ownBuildMs } from './figures.ts';

/** One key, in one scope and for one platform. */
export class KeyFigures extends Figures {
  readonly key: string;
  readonly scope: string;
  slowestMs = 0;
  longestWaitMs = 0;
  /** Of the newest build that was handed out. */
  bytes: number | undefined;
  #newestMs = 0;

  constructor({ key, scope }: PastEvent) {
    super();
    this.key = shorten(key, KEY_SHOWN);
    this.scope = shorten(scope, SCOPE_SHOWN);
  }

  override add(event: PastEvent): void {
    super.add(event);
    if (event.result === 'built') this.slowestMs = Math.max(this.slowestMs, ownBuildMs(event) ?? 0);
    this.longestWaitMs = Math.max(this.longestWaitMs, event.waitedMs);
    if (event.bytes === undefined || event.atMs < this.#newestMs) return;
    this.#newestMs = event.atMs;
    this.bytes = event.bytes;
  }
}

/** Most characters of a key that are shown. */
const KEY_SHOWN = 200;
const SCOPE_SHOWN = 100;

/** Steps that failed for one reason. */
export class Failures {
  /** The code of the error. */
  readonly reason: string;
  count = 0;
  /** The newest of them: when it ended, in ms since 1970, its key, and its run. */
  newest = { atMs: 0, key: '', runUrl: '' };

  constructor(reason: string) {
    this.reason = reason;
  }

  add({ atMs, key, who }: PastEvent): void {
    this.count += 1;
    if (atMs >= this.newest.atMs) this.newest = { atMs, key: shorten(key, KEY_SHOWN), runUrl: who.runUrl };
  }
}

/** One group of build slots. */
export class SlotFigures {
  readonly group: string;
  /** Steps that asked for a slot, and those of them that had to wait for one. */
  asked = 0;
  waited = 0;
  waitedMs = 0;
  longestMs = 0;
  /** For how long slots were held: while their steps built and published. */
  heldMs = 0;

  constructor(group: string) {
    this.group = group;
  }

  add(event: PastEvent): void {
    const { slotWaitedMs, publishMs = 0 } = event;
    this.heldMs += (ownBuildMs(event) ?? 0) + publishMs;
    this.asked += 1;
    if (slotWaitedMs > 0) this.waited += 1;
    this.waitedMs += slotWaitedMs;
    this.longestMs = Math.max(this.longestMs, slotWaitedMs);
  }
}

/** Most of them that are kept apart. A hostile journal must not fill the memory. */
const MOST_KEYS = 100_000;
const MOST_OTHERS = 1000;

/** Sums up events, one at a time. */
export class Sums {
  readonly total = new Figures();
  /** By day (UTC), by the folder of a key, by reason, by group. */
  readonly days = new Map<string, Figures>();
  readonly keys = new Map<string, KeyFigures>();
  readonly failures = new Map<string, Failures>();
  readonly slots = new Map<string, SlotFigures>();
  /** How often an event was left out of one of these, because there were too many. It is in the total. */
  leftOut = 0;

  add(event: PastEvent): void {
    this.total.add(event);
    this.#addTo(this.days, event.file.slice(0, 10), event, MOST_OTHERS, () => new Figures());
    const folder = event.id || shorten(event.key, KEY_SHOWN);
    this.#addTo(this.keys, folder, event, MOST_KEYS, () => new KeyFigures(event));
    const { result, error = 'INTERNAL', slotGroup } = event;
    if (result === '') this.#addTo(this.failures, error, event, MOST_OTHERS, (reason) => new Failures(reason));
    if (slotGroup === undefined) return;
    this.#addTo(this.slots, slotGroup, event, MOST_OTHERS, (group) => new SlotFigures(group));
  }

  /** Those with the largest `figure`, largest first; those without it are left out. */
  top(count: number, figure: (key: KeyFigures) => number): KeyFigures[] {
    const some = [...this.keys.values()].filter((key) => figure(key) > 0);
    return some.sort((a, b) => figure(b) - figure(a) || (a.key < b.key ? -1 : 1)).slice(0, count);
  }

  /** All keys, those with the most steps first. */
  byUse(): KeyFigures[] {
    return this.top(MOST_KEYS, ({ steps }) => steps);
  }

  #addTo<T extends { add(event: PastEvent): void }>(
    map: Map<string, T>,
    name: string,
    event: PastEvent,
    most: number,
    make: (name: string) => T,
  ): void {
    let found = map.get(name);
    if (found === undefined && map.size < most) {
      found = make(name);
      map.set(name, found);
    }
    if (found === undefined) this.leftOut += 1;
    else found.add(event);
  }
}
