import { formatDuration, shorten } from '../../base/format.ts';
import { describeWho } from '../../base/who.ts';
import { type LockRow, locksIn, openSight } from '../locks.ts';
import type { PoolPlace } from '../pool/options.ts';
import { type Column, tableOf } from '../table.ts';
import { PoolView } from './pool-view.ts';
import { jsonPieces, type Look } from './view.ts';

/**
 * Who holds, or waits for, what. Later looks know for how long heartbeats have stood still.
 * @param root undefined: there is only the pool to look at
 * @throws OnceError ROOT_UNUSABLE, BAD_INPUT
 */
export async function lockView(root: string | undefined, place: PoolPlace | undefined): Promise<Look> {
  const sight = root === undefined ? undefined : await openSight(root);
  const pool = place && (await PoolView.open(place, root));
  return async (signal) => {
    // Never rejects: a server that is away hides no lock of the host.
    const asked = pool?.look(signal);
    const locks = sight === undefined ? [] : await locksIn(sight, signal);
    const seen = await asked;
    const host = root === undefined ? [] : linesOf(root, locks);
    const both = host.length > 0 && (seen?.lines.length ?? 0) > 0;
    return {
      json: jsonPieces({ root: root ?? null }, ['locks', locks], seen && { pool: seen.json }),
      lines: [...host, ...(both ? [''] : []), ...(seen?.lines ?? [])],
      trouble: seen?.trouble,
    };
  };
}

function linesOf(root: string, locks: readonly LockRow[]): string[] {
  if (locks.length === 0) return [`Nobody holds a lock in ${root}.`];
  return [...tableOf(COLUMNS, locks), '', summary(locks)];
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
