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

/** Takes the write bits of all files and folders away; what symlinks point to is not touched. */
export async function makeReadOnly(dir: string): Promise<void> {
  await walk(dir, ({ path, stats }) => {
    if (!stats.isSymbolicLink() && (stats.mode & 0o222) !== 0) chmodInPlace(path, stats.mode & 0o7555);
  });
}
