import { STATUS_CODES } from 'node:http';
import { messageOf, systemCode } from '../../../base/errors.ts';
import { formatBytes, formatDuration } from '../../../base/format.ts';

/** A failure of the server or the network that may pass. The message is part of a sentence. */
export class TransientError extends Error {
  /** Milliseconds that the server asks to wait; undefined if it does not. */
  readonly afterMs: number | undefined;

  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** A failure that a retry does not help. The message is part of a sentence, which other jobs print too. */
export class FinalError extends Error {}

/** The bytes received so far are useless: the server cannot resume, or has another version by now. */
export class StartOver extends Error {}

/** No byte arrived for `ms`. */
export class StallError extends TransientError {
  constructor(ms: number) {
    super(`no data came for ${formatDuration(ms)}`);
  }
}

/** Most bytes of the headers of an answer. Node's own limit, 16 kB, is less than some servers send. */
export const HEADER_BYTES = 256 * 1024;
/** What is wrong with an answer that tells two lengths. */
export const TWO_LENGTHS = "the server's answer tells two lengths of the file that differ; check the server";

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];
/** Longest wait, in ms, that a server may ask for. */
const MOST_AFTER_MS = 5 * 60_000;

/** The error for a response without content: a TransientError, or a FinalError if a retry does not help. */
export function statusError(status: number, retryAfter: string | undefined, date: string | undefined): Error {
  const message = `the server answered ${status} (${STATUS_CODES[status] ?? 'unknown'})`;
  const isBusy = TRANSIENT.includes(status) || status >= 500 || (status === 403 && retryAfter !== undefined);
  if (!isBusy) return new FinalError(`${message}${hintFor(status)}`);
  const afterMs = waitFor(retryAfter, date);
  if (afterMs === undefined || afterMs <= MOST_AFTER_MS) return new TransientError(message, afterMs);
  return new FinalError(`${message} and asks to come back in ${formatDuration(afterMs)}; run the job again then`);
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return '; if it needs a token, put it into the input headers';
  return status === 404 ? '; many servers also answer so if a token is missing' : '';
}

/** Milliseconds that a `Retry-After` asks for; a date in it is compared with the server's own `Date`. */
export function waitFor(retryAfter: string | undefined, date: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const ms = Date.parse(retryAfter) - Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const UNTRUSTED = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_CA|EPROTO$)/;

const descriptions: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'its host name has no address',
  EAI_AGAIN: 'its host name could not be looked up',
  ETIMEDOUT: 'its host could not be reached',
};

/** What Node's parser of HTTP finds wrong, for the codes that servers in use cause. */
const unreadable: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: `its headers have more than ${formatBytes(HEADER_BYTES)}`,
  HPE_UNEXPECTED_CONTENT_LENGTH: 'it says twice how long the file is',
  HPE_INVALID_CONTENT_LENGTH: 'it does not say in one number how long the file is',
};

/** Whether an answer has both a length and chunks. Node's parser refuses that unless told otherwise. */
export function hasTwoLengths(error: unknown): boolean {
  return systemCode(error) === 'HPE_INVALID_TRANSFER_ENCODING';
}

/** Classifies and describes a network error, since the system's own messages contain little but addresses. */
export function networkError(error: unknown): Error {
  if (error instanceof TransientError || error instanceof FinalError || error instanceof StartOver) return error;
  const code = systemCode(error) ?? '';
  if (UNTRUSTED.test(code)) {
    return new FinalError(
      `its certificate is not trusted (${code}); if your own authority signed it, put NODE_EXTRA_CA_CERTS=<its file> into the runner's .env`,
    );
  }
  // An end in the middle of a header is a connection that was cut; all else will be the same the next time.
  if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') {
    return new FinalError(
      `the server's answer cannot be read: ${unreadable[code] ?? 'it is not valid HTTP'} (${code}); check the server, and the proxy of this runner, or download it in \`run\``,
    );
  }
  return new TransientError(
    code === '' ? messageOf(error) : `${descriptions[code] ?? 'the connection failed'} (${code})`,
  );
}
