import { STATUS_CODES } from 'node:http';
import { messageOf, systemCode } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';

/** What a server or the way to it did; it may do better the next time. The message goes into a sentence. */
export class TransientError extends Error {
  /** Milliseconds that the server asks us to wait. */
  readonly afterMs: number | undefined;

  constructor(message: string, afterMs?: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** What trying again does not help against. The message goes into a sentence, and to other jobs. */
export class FinalError extends Error {}

/** What was received so far is of no use: the server cannot go on in the middle, or has something else by now. */
export class StartOver extends Error {}

/** Nothing came for a while. */
export class StallError extends TransientError {
  constructor(ms: number) {
    super(`nothing came for ${formatDuration(ms)}`);
  }
}

const TRANSIENT = [408, 425, 429, 500, 502, 503, 504];
/** Longest wait, in ms, that a server may ask for. */
const MOST_AFTER_MS = 5 * 60_000;

/** What an answer that is no content means. */
export function statusError(status: number, retryAfter: string | undefined, date: string | undefined): Error {
  const told = `the server answered ${status} (${STATUS_CODES[status] ?? 'unknown'})`;
  if (!TRANSIENT.includes(status) && status < 500) return new FinalError(`${told}${hintFor(status)}`);
  const afterMs = waitFor(retryAfter, date);
  if (afterMs === undefined || afterMs <= MOST_AFTER_MS) return new TransientError(told, afterMs);
  return new FinalError(`${told} and asks to come back in ${formatDuration(afterMs)}; run the job again then`);
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return '; if it wants a token, give it in the input headers';
  return status === 404 ? '; many servers say so too where a token is missing' : '';
}

/** Milliseconds that a `Retry-After` asks for; a date is compared with the server's own clock. */
export function waitFor(retryAfter: string | undefined, date: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const ms = Date.parse(retryAfter) - Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const UNTRUSTED = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_|INVALID_CA|EPROTO$)/;

const told: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'its host has no address',
  EAI_AGAIN: 'its host could not be looked up',
  ETIMEDOUT: 'its host could not be reached',
};

/** What an error of the network means; the system's own texts hold addresses only. */
export function networkError(error: unknown): Error {
  if (error instanceof TransientError || error instanceof FinalError || error instanceof StartOver) return error;
  const code = systemCode(error) ?? '';
  if (UNTRUSTED.test(code)) {
    return new FinalError(
      `its certificate is not trusted (${code}); if your own authority signed it, put NODE_EXTRA_CA_CERTS=<its file> into the runner's .env`,
    );
  }
  return new TransientError(code === '' ? messageOf(error) : `${told[code] ?? 'the connection failed'} (${code})`);
}
