import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { systemCode, unless } from '../base/errors.ts';
import { monotonicMs } from '../base/wait.ts';
import { Folder } from './folder.ts';

/** One name in a tree. */
export interface Visited {
  /**
   * A path to it that leads through the opened folder it is in, so that a folder above which is swapped for a link leads
   * nowhere. Valid while it is visited. Bytes, because a file name need not be UTF-8.
   */
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
  /** Called for each folder once all below it was visited. */
  readonly leave?: (visited: Visited) => void;
  /** Called with the error of a folder that this user may not list. Without it, the walk ends with that error. */
  readonly onRefused?: (error: unknown) => void;
}

/** Errors of a name that vanished after it was listed, or became something else, because another process works here too. */
export const VANISHED = ['ENOENT', 'ENOTDIR', 'ESTALE', 'ELOOP'];
const REFUSALS = ['EACCES', 'EPERM'];
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

/** A folder whose names are being visited. */
interface Frame {
  readonly visited: Visited;
  /** undefined: it was not opened, and has no names. */
  readonly folder: Folder | undefined;
  /** Last name first. */
  readonly pending: string[];
}

/**
 * Visits `root` and everything below it, each folder before what is in it, and never through a symlink: each folder is
 * opened without following one, and what is in it is reached through the opened folder.
 *
 * Synchronous calls in slices: for 10,000 files they took 17 ms where `fs.promises` took 57 (16 at a time) to 95.
 *
 * @returns false when stopped
 * @throws the system's error when `root` itself is missing; what vanishes below it is left out
 */
export async function walk(
  root: string,
  visit: (visited: Visited) => Promise<void> | void,
  options: WalkOptions = {},
): Promise<boolean> {
  const { stop = () => false, skip = () => false, leave } = options;
  const stack: Frame[] = [];
  const pace = new Pace();
  // A promise for each of thousands of names would take as long as the calls of the system.
  const enter = (visited: Visited, parent: Folder | undefined): Promise<void> | undefined => {
    if (skip(visited)) return undefined;
    const visiting = visit(visited);
    const descend = () => {
      if (visited.stats.isDirectory()) stack.push(frameOf(visited, parent, options));
    };
    if (visiting !== undefined) return visiting.then(descend);
    descend();
    return undefined;
  };
  try {
    if (stop()) return false;
    const path = Buffer.from(root);
    const beginning = enter({ path, name: '', stats: lstatSync(path) }, undefined);
    if (beginning !== undefined) await beginning;
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      if (pace.due) await pace.rest();
      if (stop()) return false;
      const name = frame.pending.pop();
      if (name === undefined || frame.folder === undefined) {
        stack.pop();
        // Before this folder is closed, from which the one above may have to be opened again.
        stack.at(-1)?.folder?.reopen(frame.folder);
        frame.folder?.close();
        leave?.(stack.length === 0 ? frame.visited : { ...frame.visited, path: pathOf(frame, stack) });
        continue;
      }
      const path = frame.folder.pathOf(name);
      const stats = unless(VANISHED, () => lstatSync(path));
      if (stats === undefined) continue;
      // One folder too many is open from here on, so one far above is closed.
      stack.at(-Folder.MOST_OPEN)?.folder?.close();
      const above = frame.visited.name;
      const entering = enter({ path, name: above === '' ? name : `${above}/${name}`, stats }, frame.folder);
      if (entering !== undefined) await entering;
    }
    return true;
  } catch (error) {
    throw named(error, root, stack.at(-1)?.visited.name ?? '');
  } finally {
    for (const { folder } of stack) folder?.close();
  }
}

/** The path of a folder that was left, through the one above it, which may have been closed and opened again. */
function pathOf({ visited }: Frame, stack: readonly Frame[]): Buffer {
  const name = visited.name.slice(visited.name.lastIndexOf('/') + 1);
  return stack.at(-1)?.folder?.pathOf(name) ?? visited.path;
}

function frameOf(visited: Visited, parent: Folder | undefined, { sorted = false, onRefused }: WalkOptions): Frame {
  try {
    const folder = unless(VANISHED, () => Folder.open(visited.path, visited.stats, parent));
    const names = folder === undefined ? [] : (unless(VANISHED, () => readdirSync(folder.path, 'latin1')) ?? []);
    // Last name first: the walk takes from the end.
    return { visited, folder, pending: sorted ? names.sort().reverse() : names };
  } catch (error) {
    if (onRefused === undefined || !REFUSALS.includes(systemCode(error) ?? '')) throw error;
    onRefused(error);
    return { visited, folder: undefined, pending: [] };
  }
}

/** A system error with the path as a person knows it, in place of one through an opened folder. */
export function named(error: unknown, root: string, folder: string): unknown {
  if (!(error instanceof Error)) return error;
  const failed = error as NodeJS.ErrnoException & { dest?: string };
  const place = folder === '' ? root : `${root}/${Buffer.from(folder, 'latin1')}`;
  const plain = (text: string) => text.replaceAll(/\/proc\/self\/fd\/\d+(?=\/|'|$)/g, place);
  failed.message = plain(failed.message);
  if (typeof failed.path === 'string') failed.path = plain(failed.path);
  return failed;
}
