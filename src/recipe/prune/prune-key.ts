import type { Who } from '../../base/who.ts';
import { isClaim, type LockEngine } from '../../lock/engine.ts';
import type { EntryPaths } from '../../store/layout.ts';
import { forgetRetired, retire } from '../../store/prune/retire.ts';
import { revokeOthers } from '../../store/publish/right.ts';
import { sweep } from '../../store/sweep.ts';

/** What became of one key: the builds by their tokens. `locked`: a job builds it, so nothing was touched. */
export interface PrunedKey {
  readonly locked: boolean;
  readonly removed: readonly string[];
  readonly inUse: readonly string[];
}

/** What {@link pruneKey} is to do. */
export interface PruneOrder {
  readonly paths: EntryPaths;
  /** For those who wait for the lock meanwhile. */
  readonly key: string;
  readonly who: Who;
  /** Builds that are to go. */
  readonly builds: readonly string[];
}

/**
 * Removes builds of a key under its lock, for which it does not wait; then what dead attempts left. Deleting comes after
 * the release, so that nobody waits for that.
 *
 * @throws the system's error
 */
export async function pruneKey(order: PruneOrder, engine: LockEngine, signal: AbortSignal): Promise<PrunedKey> {
  const { paths, key, who, builds } = order;
  engine.prepare(paths.id);
  const claim = await engine.claim(paths.id, { key, who });
  if (!isClaim(claim)) return LOCKED;
  const removed: string[] = [];
  const inUse: string[] = [];
  try {
    revokeOthers(paths);
    for (const token of builds) {
      if (signal.aborted || !(await claim.confirm())) break;
      const became = retire(paths, token);
      if (became === 'removed') removed.push(token);
      if (became === 'in use') inUse.push(token);
    }
    forgetRetired(paths);
  } finally {
    await claim[Symbol.asyncDispose]();
  }
  await sweep(paths, (token) => engine.alive(paths.id, token), signal);
  await engine.tidy(paths.id, signal);
  return { locked: false, removed, inUse };
}

const LOCKED: PrunedKey = { locked: true, removed: [], inUse: [] };
