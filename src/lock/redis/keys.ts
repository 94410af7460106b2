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
export function keysOf(id: string): string {
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
