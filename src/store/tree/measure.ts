import type { Stats } from 'node:fs';
import { deadlineIn } from '../../base/wait.ts';
import { chmodInPlace } from '../../host/folder.ts';
import { type Visited, walk } from '../../host/walk.ts';

/** What a tree holds: regular files and symlinks, and the bytes of the regular files. */
export interface TreeSize {
  readonly files: number;
  readonly bytes: number;
}

const MEASURE_BUDGET_MS = 10_000;

/**
 * Counts a tree. undefined: it took longer than the budget, or this user may not list all of it.
 * @throws the signal's reason when aborted; the system's error when `dir` is missing
 */
export async function measureTree(
  dir: string,
  { budgetMs = MEASURE_BUDGET_MS, signal }: { readonly budgetMs?: number; readonly signal?: AbortSignal } = {},
): Promise<TreeSize | undefined> {
  const budget = deadlineIn(budgetMs);
  const size = { files: 0, bytes: 0 };
  let refused = false;
  const count = ({ stats }: Visited) => {
    if (stats.isFile()) size.bytes += stats.size;
    if (stats.isFile() || stats.isSymbolicLink()) size.files += 1;
  };
  const stop = () => {
    signal?.throwIfAborted();
    return budget.left() <= 0;
  };
  const onRefused = () => {
    refused = true;
  };
  const whole = await walk(dir, count, { stop, onRefused });
  return whole && !refused ? size : undefined;
}

/**
 * Takes the write bits of all files and folders away; what symlinks point to is not touched. A file that has names outside
 * of the tree too, as those that package managers link from their stores, keeps its mode: it has one for all its names.
 *
 * @returns how many files kept their mode
 */
export async function makeReadOnly(dir: string): Promise<number> {
  const inside = await linkedNames(dir);
  const shared = new Set<string>();
  await walk(dir, ({ path, stats }) => {
    if (stats.isSymbolicLink()) return;
    if (isLinked(stats) && inside.get(idOf(stats)) !== stats.nlink) shared.add(idOf(stats));
    else if ((stats.mode & 0o222) !== 0) chmodInPlace(path, stats.mode & 0o7555);
  });
  return shared.size;
}

/** How many names in a tree each of its files has that has more than one. */
async function linkedNames(dir: string): Promise<ReadonlyMap<string, number>> {
  const names = new Map<string, number>();
  await walk(dir, ({ stats }) => {
    if (isLinked(stats)) names.set(idOf(stats), (names.get(idOf(stats)) ?? 0) + 1);
  });
  return names;
}

function isLinked(stats: Stats): boolean {
  return !stats.isDirectory() && stats.nlink > 1;
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
