import { monotonicMs } from '../../../src/base/wait.ts';
import type { Meeting, Word } from './words.ts';

/** What a storm came to. All lists must be empty. */
export interface StormReport {
  readonly seconds: number;
  readonly acquisitions: number;
  readonly kills: number;
  readonly stops: number;
  readonly takeovers: number;
  /** Those of them for a heartbeat that stood still. */
  readonly silentTakeovers: number;
  /** Steps that ended well, by what they say of themselves. */
  readonly results: Readonly<Record<string, number>>;
  /** Builds that failed, as some are told to. */
  readonly failedBuilds: number;
  /** Killed holders whose name the next one found where it expected to be alone. */
  readonly killedInside: number;
  /** What the dead had left, before the last steps. */
  readonly leftBefore: number;
  /** Two living processes in the section that only one may be in. */
  readonly doubleHolders: readonly string[];
  /** Builds that were handed out and are not whole. */
  readonly partialEntries: readonly string[];
  /** Keys with which no step gets on. */
  readonly wedgedKeys: readonly string[];
  /** What is there after a last step with each key, and nobody needs. */
  readonly leftovers: readonly string[];
  /** Steps that failed though their build did not. */
  readonly errors: readonly string[];
  /** Processes of killed steps that lived on. */
  readonly orphans: readonly string[];
}

/** All that is wrong, a line each. */
export function troubles(report: StormReport): string[] {
  const { doubleHolders, partialEntries, wedgedKeys, leftovers, errors, orphans } = report;
  const lists = { doubleHolders, partialEntries, wedgedKeys, leftovers, errors, orphans };
  return Object.entries(lists).flatMap(([name, list]) => list.map((line) => `${name}: ${line}`));
}

/** The figures, in a line. */
export function figures(report: StormReport): string {
  const { seconds, acquisitions, kills, stops, takeovers, silentTakeovers, results, failedBuilds } = report;
  const { killedInside, leftBefore } = report;
  const { doubleHolders, partialEntries, wedgedKeys, leftovers, errors, orphans } = report;
  const { built = 0, waited = 0, reused = 0 } = results;
  const did = `${acquisitions} acquisitions, ${kills} kills (${killedInside} inside), ${stops} stops, ${takeovers} takeovers (${silentTakeovers} by heartbeat)`;
  const steps = `${built} built, ${waited} waited, ${reused} reused, ${failedBuilds} failed builds`;
  const bad = `${doubleHolders.length} double holders, ${partialEntries.length} partial entries, ${wedgedKeys.length} wedged keys`;
  const left = `${leftovers.length} leftovers (of ${leftBefore} before the last steps), ${orphans.length} orphans${orphans.map((each) => ` [${each}]`).join('')}, ${errors.length} errors`;
  return `storm of ${seconds} s: ${did}; ${steps}; ${bad}, ${left}`;
}

/** A meeting, and the name of who tells of it. */
type Encounter = Meeting & { readonly name: string };

interface Suspension {
  readonly name: string;
  readonly from: number;
  to: number;
}

/** Longest time, in ms, until one that was stopped and robbed has found out, ended its build and let go. */
const FINDS_OUT_MS = 7000;

/** What was done to the processes of a storm, and what they said. */
export class Ledger {
  readonly #began = monotonicMs();
  readonly #robbedAfterMs: number;
  readonly #counts: Record<string, number> = {};
  readonly #results: Record<string, number> = {};
  readonly #builds = new Set<string>();
  readonly #why: Record<'error' | 'torn' | 'wedged', string[]> = { error: [], torn: [], wedged: [] };
  readonly #killedAt = new Map<string, number>();
  readonly #suspensions: Suspension[] = [];
  readonly #meetings: Encounter[] = [];
  #silentTakeovers = 0;
  #litter: { before: number; after: readonly string[] } = { before: 0, after: ['nobody has looked'] };

  /** @param robbedAfterMs who was stopped for as long may have been robbed of its lock; undefined: nobody was */
  constructor(robbedAfterMs = Infinity) {
    this.#robbedAfterMs = robbedAfterMs;
  }

  /** `<id>/<token>` of every build that a step was handed. */
  get builds(): string[] {
    return [...this.#builds];
  }

  /** Called before the signal is sent: from then on its name may be found inside. */
  killed(name: string): void {
    this.#killedAt.set(name, monotonicMs());
  }

  /** Called before the signal is sent; returns what to call before it is continued. */
  stopped(name: string): () => void {
    const suspension = { name, from: monotonicMs(), to: Infinity };
    this.#suspensions.push(suspension);
    return () => {
      suspension.to = monotonicMs();
    };
  }

  note(name: string, word: Word): void {
    this.#counts[word.what] = (this.#counts[word.what] ?? 0) + 1;
    if (word.what === 'took over' && word.silent) this.#silentTakeovers += 1;
    if (word.what === 'met') this.#meetings.push({ ...word, name });
    else if (word.what === 'litter')
      this.#litter = { before: Math.max(this.#litter.before, word.before), after: word.after };
    else if (word.what === 'step') {
      this.#results[word.result] = (this.#results[word.result] ?? 0) + 1;
      this.#builds.add(word.build);
    } else if ('why' in word) this.#why[word.what].push(word.why);
  }

  report(orphans: readonly string[]): StormReport {
    const { claimed = 0, 'took over': takeovers = 0, 'failed build': failedBuilds = 0 } = this.#counts;
    const doubles = this.#meetings.filter((meeting) => !this.#wasDead(meeting) && !this.#wasStopped(meeting));
    return {
      seconds: Math.round((monotonicMs() - this.#began) / 1000),
      acquisitions: claimed,
      kills: this.#killedAt.size,
      stops: this.#suspensions.length,
      takeovers,
      silentTakeovers: this.#silentTakeovers,
      results: this.#results,
      failedBuilds,
      killedInside: this.#meetings.filter((meeting) => this.#wasDead(meeting)).length,
      leftBefore: this.#litter.before,
      doubleHolders: doubles.map((each) => this.#tell(each)),
      partialEntries: this.#why.torn,
      wedgedKeys: this.#why.wedged,
      leftovers: this.#litter.after,
      errors: this.#why.error,
      orphans,
    };
  }

  /** Who comes in may find the name of one that was killed; who is inside finds its own, or something is wrong. */
  #wasDead({ other, when, at }: Meeting): boolean {
    return when === 'entering' && (this.#killedAt.get(other) ?? Infinity) <= at;
  }

  /** A holder that was stopped for long is robbed, and still inside until it has found out. */
  #wasStopped(meeting: Encounter): boolean {
    const robbed = ({ from, to }: Suspension) =>
      meeting.at - from >= this.#robbedAfterMs && meeting.at <= to + FINDS_OUT_MS;
    return this.#suspensionsOf(meeting).some(robbed);
  }

  #suspensionsOf({ name, other }: Encounter): Suspension[] {
    return this.#suspensions.filter((each) => [name, other].includes(each.name));
  }

  #tell(meeting: Encounter): string {
    const { name, other, when, key, at } = meeting;
    const ago = (ms: number) => Math.round(at - ms);
    const stops = this.#suspensionsOf(meeting).map(
      ({ name, from, to }) => `; ${name} was stopped ${ago(from)} ms before, until ${ago(to)} ms before`,
    );
    return `${name}, ${when} ${key}, met ${other}${stops.join('')}`;
  }
}
