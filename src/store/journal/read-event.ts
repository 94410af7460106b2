import { isCount, isShowable, isWho, parseFields } from '../../base/fields.ts';
import { isEntryId, isJobId, isToken } from '../../base/key.ts';
import type { JournalEvent } from './journal.ts';

/** One event of the journal, with its time. */
export interface PastEvent extends JournalEvent {
  /** In ms since 1970, by the clock of the host that wrote it: when the step ended. */
  readonly atMs: number;
  /** The file that it is in, below the journal: `<day>/<token>.json`. */
  readonly file: string;
}

/** How a step may end that did not fail. */
export const RESULTS = ['reused', 'waited', 'built', 'private', 'missed'] as const;

/** Longest time, in ms, that an event may tell: no step lasts for longer, so a lie stays within bounds. */
const LONGEST_MS = 100 * 86_400_000;
/** Longest key, in characters: the longest input, and a pin. */
const KEY_LENGTH = 10_000;

/**
 * The event in the text of a file. Unknown fields are fine.
 * @param day the name of the folder that the file is in, which is a day
 * @returns undefined: it is none that this version knows
 */
export function eventIn(text: string, day: string, name: string): PastEvent | undefined {
  const fields = parseFields(text);
  if (fields === undefined || fields.format !== 1) return undefined;
  const atMs = timeOf(fields.at, day);
  if (atMs === undefined || !NAMES.every((each) => checks[each](fields[each]))) return undefined;
  return { ...(fields as unknown as JournalEvent), atMs, file: `${day}/${name}` };
}

type Check = (value: unknown) => boolean;

const isDuration: Check = (value) => typeof value === 'number' && value >= 0 && value <= LONGEST_MS;

function orAbsent(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function isText(check: (text: string) => boolean): Check {
  return (value) => typeof value === 'string' && check(value);
}

/** What each field has to be. A key may hold anything: whoever shows it, shortens it. */
const checks: Readonly<Record<keyof JournalEvent, Check>> = {
  key: isText((text) => text.length <= KEY_LENGTH),
  scope: isShowable,
  // A step that failed early does not know it.
  id: isText((text) => text === '' || isEntryId(text)),
  result: isText((text) => text === '' || (RESULTS as readonly string[]).includes(text)),
  error: orAbsent(isText((text) => /^[A-Z][A-Z_]{0,39}$/.test(text))),
  build: orAbsent(isText(isToken)),
  source: orAbsent(isText((text) => ['disk', 'remote', 'build'].includes(text))),
  waitedMs: isDuration,
  slotWaitedMs: isDuration,
  buildMs: orAbsent(isDuration),
  bytes: orAbsent(isCount),
  stepMs: isDuration,
  restoreMs: orAbsent(isDuration),
  publishMs: orAbsent(isDuration),
  deliverMs: orAbsent(isDuration),
  takeovers: orAbsent((value) => isCount(value) && value <= 1000),
  slotGroup: orAbsent(isShowable),
  job: orAbsent(isText(isJobId)),
  who: isWho,
};

const NAMES = Object.keys(checks) as (keyof JournalEvent)[];

/** The writer names the day's folder by the same clock. */
function timeOf(at: unknown, day: string): number | undefined {
  if (typeof at !== 'string' || at.slice(0, 10) !== day) return undefined;
  const ms = /^.{10}T\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) ? Date.parse(at) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
