import type { Who } from '../../base/who.ts';
import type { PoolLocks, PoolStanding } from '../../lock/pool-inspector.ts';

/** Who holds a lock of a pool. As `--json` gives it. */
export interface PoolRow {
  readonly kind: 'key' | 'slot';
  /** The name of the folder of a key, or `<group>/<number>` of a slot. */
  readonly id: string;
  /** What is built; undefined: the holder's record cannot be read. */
  readonly key: string | undefined;
  readonly token: string;
  /** The host and the root that hold it: 20 hex digits. */
  readonly origin: string | undefined;
  /** Whether those are the root that was looked at; undefined: that is not known. */
  readonly here: boolean | undefined;
  readonly who: Who | undefined;
  /** ISO 8601, by the holder's clock. */
  readonly since: string | undefined;
  /** By the server's clock. */
  readonly heldMs: number | undefined;
  /** Until its lease ends unless it is renewed; undefined: it never ends. */
  readonly leftMs: number | undefined;
  readonly trouble: string | undefined;
}

/** @param origin of the root that is looked at; undefined: no job of it has asked a pool */
export function rowsOf({ keys, slots }: PoolLocks, origin?: string): PoolRow[] {
  return [
    ...[...keys].map(([id, standing]) => rowOf('key', id, standing, origin)),
    ...[...slots].map(([id, standing]) => rowOf('slot', id, standing, origin)),
  ];
}

export function rowOf(kind: PoolRow['kind'], id: string, standing: PoolStanding, here?: string): PoolRow {
  const { token, asker, origin, since, heldMs, leftMs } = standing;
  return {
    ...{ kind, id, key: asker?.key, token, origin, here: here && origin ? origin === here : undefined },
    ...{ who: asker?.who, since, heldMs, leftMs, trouble: asker === undefined ? 'no record' : undefined },
  };
}
