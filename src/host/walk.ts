import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { systemCode, unless } from '../base/errors.ts';
import { monotonicMs } from '../base/wait.ts';

/** One name in a tree. */
export interface Visited {
  /** Bytes, because a file name need not be UTF-8. */
  readonly path: Buffer;
  /** Relative to the root, one character a byte, parts separated by `/`; empty for the root itself. */
  readonly name: string;
  readonly stats: Stats;
}

export interface WalkOptions {
  /** Asked before each name. */
  readonly stop?: () => boolean;
  /** Visits in the order of the names' bytes, depth first. */
  readonly sorted?: boolean;
  /** Whether to pass over a name and all below it. */
  readonly skip?: (visited: Visited) => boolean;
  /** Called with the error of a folder that this user may not list. Without it, the walk ends with that error. */
  readonly onRefused?: (error: unknown) => void;
}

/** Errors of a name that vanished after it was listed, because another process deletes here too. */
export const VANISHED = ['ENOENT', 'ENOTDIR', 'ESTALE'];
export const REFUSALS = ['EACCES', 'EPERM'];
/** Longest work, in ms, without letting timers run: heartbeats and cancels must not wait for a tree. */
const SLICE_MS = 40;

/** Lets timers and signals run from time to time during work that is synchronous for speed. */
export class Pace {
  #since = monotonicMs();

  get due(): boolean {
    return monotonicMs() - this.#since > SLICE_MS;
  }

  async rest(): Promise<void> {
    await new Promise(setImmediate);
    this.#since = monotonicMs();
  }
}

/**
 * Visits `root` and everything below it, each folder before it is listed, and never through a symlink.
 *
 * Synchronous calls in slices: for 10,000 files they took 17 ms where `fs.promises` took 57 (16 at a time) to 95.
 *
 * @returns false when stopped
 * @throws the system's error when `root` itself is missing; what vanishes below it is left out
 */
export async function walk(
  root: string,
  visit: (visited: Visited) => Promise<void> | void,
  { stop = () => false, skip = () => false, ...listing }: WalkOptions = {},
): Promise<boolean> {
  const base = Buffer.from(root).toString('latin1');
  const pending = [''];
  const pace = new Pace();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (pace.due) await pace.rest();
    if (stop()) return false;
    const path = Buffer.from(base + name, 'latin1');
    const stats = name === '' ? lstatSync(path) : unless(VANISHED, () => lstatSync(path));
    if (stats === undefined) continue;
    const visited = { path, name: name.slice(1), stats };
    if (skip(visited)) continue;
    const visiting = visit(visited);
    if (visiting !== undefined) await visiting;
    if (stats.isDirectory()) pushAll(pending, name, list(path, listing));
  }
  return true;
}

/** Last name first: the walk takes from the end. */
function list(path: Buffer, { sorted = false, onRefused }: WalkOptions): string[] {
  try {
    const names = unless(VANISHED, () => readdirSync(path, 'latin1')) ?? [];
    return sorted ? names.sort().reverse() : names;
  } catch (error) {
    if (onRefused === undefined || !REFUSALS.includes(systemCode(error) ?? '')) throw error;
    onRefused(error);
    return [];
  }
}

function pushAll(pending: string[], parent: string, names: readonly string[]): void {
  for (const name of names) pending.push(`${parent}/${name}`);
}
