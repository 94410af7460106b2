import { formatDuration, shorten } from '../../base/format.ts';
import { describeWho } from '../../base/who.ts';
import { type LockRow, locksIn, openSight } from '../locks.ts';
import { type Column, tableOf } from '../table.ts';
import { jsonPieces, type Look } from './view.ts';

/**
 * Who holds, or waits for, what. Later looks know for how long heartbeats have stood still.
 * @throws OnceError ROOT_UNUSABLE
 */
export async function lockView(root: string): Promise<Look> {
  const sight = await openSight(root);
  return async (signal) => {
    const locks = await locksIn(sight, signal);
    const lines = [...tableOf(COLUMNS, locks), '', summary(locks)];
    return {
      json: jsonPieces({ root }, ['locks', locks]),
      lines: locks.length === 0 ? [`Nobody holds a lock in ${root}.`] : lines,
    };
  };
}

const COLUMNS: readonly Column<LockRow>[] = [
  { title: 'LOCK', cell: ({ kind, id }) => (kind === 'slot' ? `slot ${shorten(id, 40)}` : kind) },
  { title: 'KEY', cell: ({ key, id }) => (key === undefined ? `(folder ${id})` : shorten(key)) },
  { title: 'STATE', cell: ({ state }) => state },
  { title: 'FOR', cell: heldFor },
  { title: 'HEARTBEAT', cell: heartbeat },
  { title: 'WHO', cell: ({ who, trouble }) => (who === undefined ? `(${trouble ?? 'not known'})` : describeWho(who)) },
];

function heldFor({ heldMs, since }: LockRow): string {
  if (heldMs !== undefined) return formatDuration(heldMs);
  return since === undefined ? '' : `since ${shorten(since, 40)} (its clock)`;
}

function heartbeat({ beatMs, silentMs }: LockRow): string {
  if (beatMs !== undefined) return `${formatDuration(beatMs)} ago`;
  return silentMs === undefined || silentMs < 1000 ? '' : `none for ${formatDuration(silentMs)}`;
}

function summary(locks: readonly LockRow[]): string {
  const held = locks.filter(({ kind }) => kind !== 'waits');
  const dead = held.filter(({ state }) => state === 'dead').length;
  const count = `${held.length} ${held.length === 1 ? 'lock' : 'locks'} held`;
  if (dead === 0) return `${count}.`;
  return `${count}, ${dead} of them by the dead: the next job that needs one takes over, and so does build-once unlock.`;
}
