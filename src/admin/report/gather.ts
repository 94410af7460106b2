import { readdirSync } from 'node:fs';
import { pastEvents } from '../../store/journal/past-events.ts';
import { unreadable } from '../read-catalog.ts';
import { isOfRun, Runs } from './runs.ts';
import { Sums } from './sums.ts';

/** What a report tells, before it has a form. */
export interface Report {
  readonly root: string;
  /** The time that it is about, in ms since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Which keys it is about, as it was asked for; undefined: all. */
  readonly keys: string | undefined;
  /** The run that it is about, as it was asked for; undefined: all. */
  readonly run: string | undefined;
  readonly sums: Sums;
  readonly runs: Runs;
  readonly unread: Unread;
}

/** Files of the journal that gave no event. */
export interface Unread {
  readonly count: number;
  /** The first of them, each with what is wrong with it. */
  readonly examples: readonly string[];
}

const EXAMPLES = 3;
/** How far, in ms, the clock of another host may be ahead. */
const CLOCKS_MS = 86_400_000;

export interface Question {
  readonly root: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** A glob that the keys have to match. */
  readonly keys: string | undefined;
  readonly matches: (key: string) => boolean;
  /** The address of a run, or its number. */
  readonly run: string | undefined;
}

/**
 * Reads the journal once, and sums it up.
 * @throws OnceError ROOT_UNUSABLE that says why it cannot be read
 */
export function gather({ matches, ...about }: Question): Report {
  const { run } = about;
  const [sums, runs] = [new Sums(), new Runs()];
  const unread = { count: 0, examples: [] as string[] };
  const tell = (file: string, why: string) => {
    unread.count += 1;
    if (unread.examples.length < EXAMPLES) unread.examples.push(`${file} ${why}`);
  };
  try {
    readdirSync(about.root);
    for (const event of pastEvents(about.root, about.sinceMs, tell)) {
      if (event.atMs > about.untilMs + CLOCKS_MS) {
        tell(event.file, 'is from the future');
        continue;
      }
      if (!matches(event.key) || (run !== undefined && !isOfRun(event, run))) continue;
      sums.add(event);
      runs.add(event);
    }
  } catch (error) {
    throw unreadable(about.root, error);
  }
  return { ...about, sums, runs, unread };
}
