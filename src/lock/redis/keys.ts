import { isShowable } from '../../base/fields.ts';
import { isEntryId } from '../../base/key.ts';

/** All keys and channels of a pool begin so. What is in braces decides where a cluster keeps a key. */
const PREFIX = 'build-once:v1:';

/** Which server process the keys belong to, and since when: `<replid> <ms>`. One for the whole server. */
export const EPOCH = `${PREFIX}epoch`;

/** The keys of one lock. */
export interface LockKeys {
  /** The token of the holder; expires with its lease. */
  readonly lock: string;
  /** The start of the names of holders' records: `<holder><token>`. */
  readonly holder: string;
  /** The start of the names of tokens that were given back: `<gone><token>`. */
  readonly gone: string;
  /** The build that is published for all hosts. */
  readonly pointer: string;
  /** Where releases and publishes are told. */
  readonly channel: string;
}

/** What all keys of one entry, or of one group of slots, begin with. */
function keysOf(id: string): string {
  return `${PREFIX}{${id}}:`;
}

export function lockKeys(id: string): LockKeys {
  const all = keysOf(id);
  return {
    lock: `${all}lock`,
    holder: `${all}holder:`,
    gone: `${all}gone:`,
    pointer: `${all}published`,
    channel: `${all}told`,
  };
}

/**
 * For SCAN: the keys that are there while a lock is held (`lock`), or a slot is held or waited for (`holders`, `tickets`).
 * Records, and what is remembered of the past, do not match, so that their names need not be sent.
 */
export const HELD = `${PREFIX}{*}:[lht]*[ks]`;

/** Which lock, or which group of slots, a key that {@link HELD} finds is of; undefined: it is none of ours. */
export function heldBy(key: string): { readonly id: string } | { readonly group: string } | undefined {
  const [, slots, name = '', kind] = /^build-once:v1:\{(slots:)?(.+)\}:(lock|holders|tickets)$/s.exec(key) ?? [];
  if (slots === undefined) return kind === 'lock' && isEntryId(name) ? { id: name } : undefined;
  return kind !== 'lock' && isShowable(name) ? { group: name } : undefined;
}

/** A hash: the token of an attempt to how it failed. */
export function failuresKey(id: string): string {
  return `${keysOf(id)}failures`;
}

/** The keys of the slots of one group. */
export interface SlotKeys {
  /** A hash: the number of a slot to `<token> <ms at which its lease ends> <ms since when>`, by the server's clock. */
  readonly holders: string;
  /** A hash: a holder's token to its record. */
  readonly records: string;
  /** A sorted set: the tokens of those who wait, in their order. */
  readonly tickets: string;
  /** A sorted set: the tokens of those who wait, by the ms at which they count as dead. */
  readonly seen: string;
  readonly gone: string;
  /** The start of the channels of those who wait: `<channel><token>`. */
  readonly channel: string;
}

/** No entry has an id with a colon in it. */
export function slotKeys(group: string): SlotKeys {
  const all = keysOf(`slots:${group}`);
  const [holders, records, tickets, seen] = [`${all}holders`, `${all}records`, `${all}tickets`, `${all}seen`];
  return { holders, records, tickets, seen, gone: `${all}gone:`, channel: `${all}told:` };
}
