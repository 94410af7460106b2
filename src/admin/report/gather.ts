import { readdirSync } from 'node:fs';
import { pastEvents } from '../../store/journal/past-events.ts';
import type { PastEvent } from '../../store/journal/read-event.ts';
import { unreadable } from '../read-catalog.ts';
import { Sums } from './sums.ts';

/** What a report tells, before it has a form. */
export interface Report {
  readonly root: string;
  /** The time that it is about, in ms since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Which keys it is about, as it was asked for; undefined: all. */
  readonly keys: string | undefined;
  readonly sums: Sums;
  readonly unread: Unread;
}

/** Files of the journal that gave no event. */
export interface Unread {
  readonly count: number;
  /** The first of them, each with what is wrong with it. */
  readonly examples: readonly string[];
}

const EXAMPLES = 3;

export interface Question {
  readonly root: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** A glob that the keys have to match. */
  readonly keys: string | undefined;
  readonly matches: (key: string) => boolean;
}

/**
 * Reads the journal once, and sums it up.
 * @param each is handed each event that counts
 * @throws OnceError ROOT_UNUSABLE that says why it cannot be read
 */
export function gather({ matches, ...about }: Question, each: (event: PastEvent) => void): Report {
  const sums = new Sums();
  const unread = { count: 0, examples: [] as string[] };
  const tell = (file: string, why: string) => {
    unread.count += 1;
    if (unread.examples.length < EXAMPLES) unread.examples.push(`${file} ${why}`);
  };
  try {
    readdirSync(about.root);
    for (const event of pastEvents(about.root, about.sinceMs, tell)) {
      if (!matches(event.key)) continue;
      sums.add(event);
      each(event);
    }
  } catch (error) {
    throw unreadable(about.root, error);
  }
  return { ...about, sums, unread };
}
