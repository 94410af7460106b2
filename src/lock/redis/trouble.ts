import { messageOf, OnceError, systemCode } from '../../base/errors.ts';
import { formatDuration, shorten } from '../../base/format.ts';

/** What is wrong with a server, as a word. */
export type TroubleKind =
  | 'silent'
  | 'refused'
  | 'unknown-host'
  | 'closed'
  | 'not-redis'
  | 'tls'
  | 'no-auth'
  | 'wrong-pass'
  | 'no-permission'
  | 'read-only'
  | 'out-of-memory'
  | 'loading'
  | 'wrong-type'
  | 'other';

/** The server of the pool cannot be used: the message says which one, why, and what to do. */
export class PoolTrouble extends OnceError {
  readonly kind: TroubleKind;
  /** The same question may be answered in a moment: the server hangs, restarts, or another one takes its place. */
  readonly passes: boolean;

  constructor(kind: TroubleKind, shown: string, why: string) {
    // No cause: errors of the client carry the command with its arguments, a password among them.
    super('POOL_UNUSABLE', `The pool's server ${shown} cannot be used: ${why}.`);
    this.kind = kind;
    this.passes = PASSING.includes(kind);
  }
}

const PASSING: readonly TroubleKind[] = ['silent', 'refused', 'unknown-host', 'closed', 'read-only', 'loading'];

/** A server that did not answer within `ms`. Redis itself says nothing to one that speaks TLS at its port without TLS. */
export function silent(shown: string, ms: number, tls: boolean): PoolTrouble {
  const port = tls ? '; or it does not speak TLS at that port' : '';
  const why = `it did not answer within ${formatDuration(ms)}. It hangs, or something between here and there drops what is sent${port}`;
  return new PoolTrouble('silent', shown, why);
}

/** What an error of the client says about the server. */
export function troubleOf(error: unknown, shown: string, tls: boolean): PoolTrouble {
  if (error instanceof PoolTrouble) return error;
  const message = messageOf(error);
  const code = systemCode(error) ?? '';
  const [kind, why] = replyTrouble(message) ?? tlsTrouble(code, message) ?? socketTrouble(code, message, tls);
  return new PoolTrouble(kind, shown, why);
}

type Told = readonly [TroubleKind, string];

/** Errors that a server answers with begin with a word in capitals. */
const replies: readonly (readonly [RegExp, TroubleKind, string])[] = [
  [
    /\bNOAUTH\b|\bunauthenticated\b/,
    'no-auth',
    'it asks for a password (NOAUTH). Give it by `pool-password`, and the user in `pool`',
  ],
  [
    /\bWRONGPASS\b|\binvalid password\b/i,
    'wrong-pass',
    'it refuses this user or password (WRONGPASS). Check `pool-password`, and the user in `pool`',
  ],
  [
    /without any password configured|no password is set/i,
    'wrong-pass',
    'a password is given, and this user has none there. Take `pool-password` out, or set a password on the server',
  ],
  [
    /\bNOPERM\b|can't run this command|ACL failure|\bNOPERM\b/,
    'no-permission',
    'this user may not do there what a pool needs (NOPERM). Allow it the keys and channels build-once:* and the commands EVAL, INFO, SUBSCRIBE, PUBLISH and those on strings, hashes and sorted sets; for `build-once list` and `unlock` also SCAN',
  ],
  [/\bREADONLY\b/, 'read-only', 'it is a replica, which may not be written to (READONLY). Name the primary in `pool`'],
  [/\bOOM\b/, 'out-of-memory', 'it has no memory left (OOM). Raise its maxmemory, or remove what fills it'],
  [
    /\bLOADING\b|\bMASTERDOWN\b|\bBUSY\b/,
    'loading',
    'it is busy: it loads its data, waits for its primary, or runs a script (LOADING, MASTERDOWN, BUSY)',
  ],
  [
    /\bMOVED\b|\bCROSSSLOT\b|\bCLUSTERDOWN\b/,
    'other',
    'it is a part of a cluster. Name a server that is none in `pool`',
  ],
  [
    /DB index is out of range|invalid DB index/i,
    'other',
    'it has no database of that number. Give another number in `pool`',
  ],
  [
    /unknown command/i,
    'other',
    'it does not know EVAL or another command that a pool needs. Name a Redis server, 6.2 or newer, or one like it',
  ],
  [
    /\bWRONGTYPE\b/,
    'wrong-type',
    'under the names of a pool, build-once:*, it keeps something of somebody else (WRONGTYPE). Remove that, or give another database in `pool`',
  ],
  [
    /Protocol error|Unknown RESP type/i,
    'not-redis',
    'what answers there is no Redis server. Check host and port in `pool`',
  ],
];

function replyTrouble(message: string): Told | undefined {
  const found = replies.find(([pattern]) => pattern.test(message));
  return found && [found[1], found[2]];
}

function tlsTrouble(code: string, message: string): Told | undefined {
  if (/wrong version number|packet length too long|EPROTO/i.test(`${code} ${message}`)) {
    return ['tls', 'it does not speak TLS at that port. Write redis:// in `pool`, or name the port for TLS'];
  }
  if (/CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO_(?:GET|VERIFY)/.test(code)) {
    return [
      'tls',
      `its certificate is not accepted (${shorten(code)}). Let NODE_EXTRA_CA_CERTS name the certificate of its authority, and write in \`pool\` a host that the certificate is for`,
    ];
  }
  return undefined;
}

function socketTrouble(code: string, message: string, tls: boolean): Told {
  if (code === 'ECONNREFUSED')
    return ['refused', 'nothing listens there (ECONNREFUSED). Check host and port in `pool`, and that the server runs'];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [
      'unknown-host',
      `its name is not known here (${code}). Check the host in \`pool\`, and the name service of this machine`,
    ];
  }
  if (['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'].includes(code)) {
    return [
      'silent',
      `it cannot be reached from here (${code}). Check host and port in \`pool\`, and the network between`,
    ];
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || /closed|isn't writeable/i.test(message)) {
    const other = tls ? 'the port may be one without TLS' : 'the port may be one for TLS (rediss://)';
    return ['closed', `it closed the connection. It was stopped, or it refuses this host; or ${other}`];
  }
  return ['other', shorten(message, 300)];
}
