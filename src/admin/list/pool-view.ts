import { messageOf, OnceError } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';
import { describeWho } from '../../base/who.ts';
import type { PoolInspector, PoolLocks } from '../../lock/pool-inspector.ts';
import { knownOrigin } from '../../store/origin.ts';
import { openInspector, type PoolPlace } from '../pool/options.ts';
import { type PoolRow, rowsOf } from '../pool/rows.ts';
import { type Column, tableOf } from '../table.ts';

/** A pool at one moment. */
export interface PoolSeen {
  readonly json: object;
  readonly lines: readonly string[];
  readonly trouble: string | undefined;
}

/** Who holds what in a pool, as it is looked at again and again. */
export class PoolView {
  readonly #inspector: PoolInspector;
  readonly #origin: string | undefined;
  #connections = 1;
  #anew: string | undefined;

  private constructor(inspector: PoolInspector, origin: string | undefined) {
    this.#inspector = inspector;
    this.#origin = origin;
  }

  /**
   * @param root whose records are told as such
   * @throws OnceError BAD_INPUT
   */
  static async open(place: PoolPlace, root: string | undefined): Promise<PoolView> {
    return new PoolView(await openInspector(place), root === undefined ? undefined : knownOrigin(root));
  }

  /** Never rejects for what the server does. */
  async look(signal: AbortSignal): Promise<PoolSeen> {
    const { shown } = this.#inspector;
    try {
      const found = await this.#inspector.all(signal);
      const locks = rowsOf(found, this.#origin);
      const waiting = Object.fromEntries(found.waiting);
      const json = { address: shown, locks, waiting, isPart: found.isPart };
      return { json, lines: [...linesOf(shown, locks, found), ...this.#reconnected()], trouble: undefined };
    } catch (error) {
      if (!(error instanceof OnceError)) throw error;
      const trouble = messageOf(error);
      return { json: { address: shown, trouble }, lines: [], trouble };
    }
  }

  /** The server may have been another one meanwhile, or have forgotten what it knew. */
  #reconnected(): string[] {
    const { connections } = this.#inspector;
    if (connections > this.#connections) this.#anew = new Date().toTimeString().slice(0, 8);
    this.#connections = connections;
    return this.#anew === undefined ? [] : [`Connected anew at ${this.#anew}.`];
  }
}

const COLUMNS: readonly Column<PoolRow>[] = [
  { title: 'LOCK', cell: ({ kind, id }) => (kind === 'slot' ? `slot ${shorten(id, 40)}` : kind) },
  {
    title: 'KEY',
    cell: ({ kind, key, id }) => (key === undefined && kind === 'key' ? `(folder ${id})` : shorten(key ?? '')),
  },
  { title: 'HOST', cell: hostOf },
  { title: 'FOR', cell: ({ heldMs }) => (heldMs === undefined ? '' : formatDuration(heldMs)) },
  { title: 'LEASE', cell: ({ leftMs }) => (leftMs === undefined ? 'no end' : `${formatDuration(leftMs)} left`) },
  {
    title: 'WHO',
    cell: ({ who, trouble }) => (who === undefined ? `(${trouble})` : describeWho({ ...who, host: '' })),
  },
];

/** Cloned machines have equal names, so the origin tells them apart. */
function hostOf({ who, origin, here }: PoolRow): string {
  const place = here ? '(this root)' : origin && `(root ${shorten(origin, 8)})`;
  return [shorten(who?.host ?? '', 40), place].filter(Boolean).join(' ');
}

function linesOf(shown: string, locks: readonly PoolRow[], { waiting, isPart }: PoolLocks): string[] {
  const queues = [...waiting].map(([group, count]) => {
    const builds = count === 1 ? '1 build waits' : `${count} builds wait`;
    return ` ${builds} for a slot of the group "${shorten(group, 40)}".`;
  });
  const more = isPart ? [' There may be more: the server has too many keys to look at all.'] : [];
  if (locks.length === 0) return [`Nobody holds a lock in the pool ${shown}.${[...queues, ...more].join('')}`];
  const count = `${locks.length} ${locks.length === 1 ? 'lock' : 'locks'} held.`;
  return [`In the pool ${shown}:`, ...tableOf(COLUMNS, locks), '', [count, ...queues, ...more].join('')];
}
