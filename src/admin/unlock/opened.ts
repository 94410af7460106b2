import { formatDuration, shorten } from '../../base/format.ts';
import { describeWho } from '../../base/who.ts';
import type { LockRow } from '../locks.ts';
import type { PoolRow } from '../pool/rows.ts';

/** What became of a lock. `left`: it is as it was. */
export interface Opened {
  readonly lock: LockRow | PoolRow;
  /** The key, for people. */
  readonly name: string;
  readonly became: 'opened' | 'robbed' | 'left';
  readonly why: string;
}

/** What was done in one place. */
export interface Done {
  /** As `--json` tells it. */
  readonly place: { readonly root: string } | { readonly pool: string };
  readonly opened: readonly Opened[];
}

/** Milliseconds between two looks at a holder that cannot be asked. */
export const LOOK_MS = 500;

/** Who would lose a lock, for people. */
export function holderOf({ who, heldMs, since }: Pick<LockRow, 'who' | 'heldMs' | 'since'>): string {
  const name = who === undefined ? 'a holder without a record' : describeWho(who);
  const started =
    heldMs === undefined ? since && `since ${shorten(since, 40)}, by its clock` : `for ${formatDuration(heldMs)}`;
  return started ? `${name} (${started})` : name;
}

/** @param seenBy continues "lives" */
export function livesOn(lock: LockRow | PoolRow, seenBy: string): string {
  return `${holderOf(lock)} holds it and lives (${seenBy}). Nothing was done. Cancel that job, or take the lock from it with --force`;
}

export const INTERRUPTED_BEFORE = 'interrupted, and nothing was done';
