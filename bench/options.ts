import { parseArgs } from 'node:util';
import type { Settings } from './suite.ts';

/** The options of the bench. */
export interface Options {
  /** The suites to run. Empty means all. */
  readonly suites: readonly string[];
  readonly settings: Settings;
  /** Whether each suite runs with the smallest settings. The figures then mean nothing. */
  readonly quick: boolean;
  /** A file that the figures are also written to. */
  readonly json: string | undefined;
  /** A file that the chart of the suite queue is written to. */
  readonly svg: string | undefined;
}

/** A mistake in the command line. The message is one line. */
export class BadOption extends Error {}

const full: Settings = {
  runs: 40,
  files: 10_000,
  publishes: 3,
  fetches: 5,
  fetchBytes: 200_000_000,
  waiters: 30,
  wakes: 10,
  takeovers: 10,
  builds: 200,
  holdMs: 3000,
  capMs: 40_000,
  queues: [2, 4, 8, 16, 32, 64],
  queueRounds: 3,
  queueCapMs: 150_000,
  cancels: 10,
  cancelFiles: 200_000,
  events: 100_000,
  watchMs: 10_000,
  keys: 20_000,
};

/** Settings that only show that every suite works. */
const quick: Settings = {
  runs: 1,
  files: 50,
  publishes: 1,
  fetches: 1,
  fetchBytes: 100_000,
  waiters: 2,
  wakes: 1,
  takeovers: 1,
  builds: 20,
  holdMs: 0,
  capMs: 100,
  queues: [2, 3],
  queueRounds: 1,
  queueCapMs: 100,
  cancels: 1,
  cancelFiles: 100,
  events: 100,
  watchMs: 100,
  keys: 20,
};

export function helpFor(suites: readonly string[]): string {
  return `Measures build-once side by side with the least Node can do and with other ways to the same end.

npm run bench -- [suite…] [options]

  suites       ${suites.join(', ')} (all)
  --runs N     times that each process of a comparison is run (${full.runs})
  --quick      next to nothing of everything: shows that the bench works, measures nothing
  --json FILE  also write the figures there
  --svg FILE   write the chart of the suite queue there
  --help       this text

Exit code: 0 when it ran, whatever the figures; 1 when a suite failed; 2 for bad options.
`;
}

/** Reads the command line; undefined if it asks for help. Throws BadOption. */
export function readOptions(args: readonly string[], known: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new BadOption(`There is no suite ${unknown.join(', ')}. There are: ${known.join(', ')}`);
  if (values.svg !== undefined && positionals.length > 0 && !positionals.includes('queue')) {
    throw new BadOption('--svg is the chart of the suite queue, which is not among the chosen ones');
  }
  const isQuick = values.quick === true;
  const settings = isQuick ? quick : full;
  const runs = values.runs === undefined ? settings.runs : countOf(values.runs);
  return { suites: positionals, settings: { ...settings, runs }, quick: isQuick, json: values.json, svg: values.svg };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string' },
        quick: { type: 'boolean' },
        json: { type: 'string' },
        svg: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new BadOption((error as Error).message.split(/\.\s|\n/)[0]);
  }
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 1000) return count;
  throw new BadOption(`--runs "${text}" is not a whole number from 1 to 1000`);
}
