import { join } from 'node:path';

/** What a storm can be made to suffer from, to see that it would be noticed. */
export type Fault =
  /** A dead holder's lock is moved aside, whoever is in it by then. */
  | 'rename-aside'
  /** Nobody takes over from the dead. */
  | 'no-takeover'
  /** Builds are published without their last file. */
  | 'unfinished'
  /** Nobody clears away what the dead left. */
  | 'no-sweep';

/** What one process of a storm is told, as JSON in its first argument. */
export interface Orders {
  /** Names the process for as long as the storm lasts: pids mean nothing to who is in another namespace. */
  readonly name: string;
  /** The shared root as this process sees it. */
  readonly root: string;
  /** A private folder; exists. */
  readonly temp: string;
  /** When the storm began, in milliseconds of the kernel's monotonic clock. */
  readonly since: number;
  /** How many keys are in use at a time, and for how many milliseconds. */
  readonly keys: number;
  readonly generationMs: number;
  readonly staleMs?: number | undefined;
  readonly fault?: Fault | undefined;
  /** Takes part no more: looks what is left, does one more step with each key, and looks again. A file with a {@link Last}. */
  readonly last?: string;
}

/** What the last process is to look at. */
export interface Last {
  /** All keys there were. */
  readonly keys: readonly string[];
  /** `<id>/<token>` of every build that a step was handed. */
  readonly builds: readonly string[];
}

/** What a process of a storm says, as a line of JSON. */
export type Word =
  | { readonly what: 'ready' }
  | { readonly what: 'claimed' }
  /** `silent`: from one whose process was there, but whose heartbeat stood still. */
  | { readonly what: 'took over'; readonly silent: boolean }
  | ({ readonly what: 'met' } & Meeting)
  | { readonly what: 'step'; readonly result: string; readonly build: string }
  | { readonly what: 'failed build' }
  | { readonly what: 'error' | 'torn' | 'wedged'; readonly why: string }
  /** What nobody needs any more: before the last steps, and after them. */
  | { readonly what: 'litter'; readonly before: number; readonly after: readonly string[] };

/** Two processes in the section that only one may be in; one of them may have been dead by then. */
export interface Meeting {
  readonly key: string;
  /** Whose name stood there. */
  readonly other: string;
  readonly when: 'entering' | 'leaving';
  /** Milliseconds of the kernel's monotonic clock. */
  readonly at: number;
}

/** The folder below a root where processes prove that they are alone. */
export function insideDir(root: string): string {
  return join(root, 'storm-inside');
}

/** Keys of the generation that is in use at `ms` after the start. */
export function keysAt(ms: number, { keys, generationMs }: Pick<Orders, 'keys' | 'generationMs'>): string[] {
  const generation = Math.floor(ms / generationMs);
  return Array.from({ length: keys }, (_, index) => `storm-${generation}-${index}`);
}
