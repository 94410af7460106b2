import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';

/** Where the server of a pool is. */
export interface PoolAddress {
  readonly host: string;
  readonly port: number;
  /** The number of the database. */
  readonly db: number;
  readonly tls: boolean;
  /** undefined: the default user. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** For messages: `redis://host:port/db`, without user and password. */
  readonly shown: string;
}

/** An address that is none. What is shown of it has no password in it. */
export class BadAddress extends OnceError {
  readonly shown: string;
  /** Continues the sentence `pool "<shown>" …`. */
  readonly wrong: string;
  /** A sentence without its full stop. */
  readonly instead: string;

  constructor(shown: string, wrong: string, instead: string) {
    super('BAD_INPUT', `pool "${shown}" ${wrong}. ${instead}.`);
    this.shown = shown;
    this.wrong = wrong;
    this.instead = instead;
  }
}

const FORM = 'Write it as redis://host:port/db, or as rediss://host:port/db for TLS';
const DEFAULT_PORT = 6379;

/**
 * Reads `redis://[user[:password]@]host[:port][/db]`, or the same with `rediss` for TLS.
 *
 * @param password one that is not in the address; empty counts as none
 * @throws BadAddress, whose message has no password in it
 */
export function parseAddress(text: string, password = ''): PoolAddress {
  const shown = shownOf(text);
  const bad = (wrong: string, instead = FORM) => new BadAddress(shown, wrong, instead);
  if (!/^rediss?:\/\//i.test(text)) throw bad('is no address of a Redis server');
  if (/[?#]/.test(text)) throw bad('has a "?" or a "#" in it', 'In a password, write them as %3F and %23');
  if (/[\s\p{Cc}]/u.test(text)) throw bad('has a blank or a line break in it', 'In a password, write a blank as %20');
  const url = parsed(text);
  if (url === undefined || url.hostname === '')
    throw bad('is no valid address', `${FORM}, and percent-encode what is special in a password`);
  const [db] = /^\/?(\d{0,5})$/.exec(url.pathname)?.slice(1) ?? [];
  if (db === undefined) throw bad('ends in something that is no number of a database');
  const [user, inUrl] = [decoded(url.username), decoded(url.password)];
  if (user === undefined || inUrl === undefined)
    throw bad('has a "%" that encodes nothing', 'Write a "%" in a password as %25');
  if (inUrl !== '' && password !== '')
    throw bad('has a password in it, and `pool-password` is given too', 'Give one of the two');
  // What `URL` shows of IPv6 is in brackets, and sockets are opened without.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const tls = /^rediss:/i.test(text);
  const secret = inUrl || password;
  if (user !== '' && secret === '') throw bad('has a user and no password', 'Give the password by `pool-password`');
  return {
    host,
    port,
    db: Number(db),
    tls,
    username: user || undefined,
    password: secret || undefined,
    shown: `${tls ? 'rediss' : 'redis'}://${url.hostname}:${port}/${Number(db)}`,
  };
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * What may be shown of a text that may be no valid address. Everything up to the last "@" may be a password, and so may
 * all that follows an empty user, or is nothing that a host, a port and a number can be.
 */
function shownOf(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(text) ?? [];
  const place = rest.slice(rest.lastIndexOf('@') + 1);
  return (
    scheme + (/^[\w.-]+(?::\d*)?(?:\/\w*)?$|^\[[\da-f:.]+\](?::\d*)?(?:\/\w*)?$/i.test(place) ? shorten(place) : '…')
  );
}
