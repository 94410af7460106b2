import type { IncomingMessage } from 'node:http';
import type { Reporter } from '../../../base/reporter.ts';
import { jitter, sleep } from '../../../base/wait.ts';
import type { Environment } from '../../producer.ts';
import type { UrlSpec } from '../../spec.ts';
import { type Fields, get } from './request.ts';
import {
  FinalError,
  hasTwoLengths,
  networkError,
  StallError,
  StartOver,
  statusError,
  TransientError,
  TWO_LENGTHS,
} from './trouble.ts';

/** The timing of a download; all in ms. */
export interface Patience {
  /** Time without a byte after which a connection is closed. */
  readonly stallMs: number;
  /** First pause before another try; each further pause is twice as long. */
  readonly pauseMs: number;
  /** Pause if bytes have arrived since the last one. */
  readonly resumeMs: number;
}

export const PATIENT: Patience = { stallMs: 60_000, pauseMs: 1000, resumeMs: 200 };

/** What a download needs besides the URL. */
export interface DownloadOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly patience: Patience;
}

/** Answers to a range by servers that send the whole file without complaint. */
const REFUSED_RANGE = [400, 403, 404, 405, 406, 412, 500, 501];
/** Most tries in a row without a byte. */
const MOST_IDLE = 6;
const ADVICE = 'check the server, and the network and the proxy of this runner';
/** Most connections in all. A server that cuts so many will not complete the download. */
const MOST_CONNECTIONS = 1000;

/** What the first answer says of the whole file. */
export interface Start {
  /** Its bytes; undefined if the server does not say. */
  readonly total: number | undefined;
  /** Whether its end can be told from a connection that breaks. */
  readonly tellsEnd: boolean;
}

/** How far a download is. */
interface State {
  /** Bytes received. */
  at: number;
  /** Bytes in all; undefined if the server does not say. */
  total: number | undefined;
  /** The server's ETag or date for this version of the file, if it is strong enough to resume by. */
  version: string | undefined;
  tellsEnd: boolean;
  /** Whether an answer with two lengths is read: by its chunks, which then have to be as long as the other says. */
  lenient: boolean;
}

/**
 * Yields the bytes of a URL, each once and in order, however often the connection breaks.
 * @param onStart called whenever the server begins to send
 * @throws StartOver if the bytes so far are useless: the server cannot resume, or has another version
 * @throws FinalError; the signal's reason if aborted
 */
export async function* download(
  spec: Pick<UrlSpec, 'url' | 'headers' | 'sha256'>,
  options: DownloadOptions,
  onStart: (answer: Start) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const { signal, reporter, patience } = options;
  const state: State = { at: 0, total: undefined, version: undefined, tellsEnd: false, lenient: false };
  let idle = 0;
  for (let connections = 1; ; connections++) {
    const before = state.at;
    let trouble: Error;
    try {
      const answer = await open(spec, options, state);
      onStart(state);
      for await (const chunk of chunksOf(answer, patience.stallMs)) {
        state.at += chunk.length;
        yield chunk;
      }
      if (state.total === undefined || state.at === state.total) return;
      trouble = state.at > state.total ? new FinalError(TWO_LENGTHS) : new TransientError('the connection was cut');
    } catch (error) {
      signal.throwIfAborted();
      if (hasTwoLengths(error) && !state.lenient) {
        state.lenient = true;
        continue;
      }
      trouble = networkError(error);
    }
    idle = state.at > before ? 0 : idle + 1;
    if (!(trouble instanceof TransientError)) throw trouble;
    if (idle >= MOST_IDLE) throw new FinalError(`${trouble.message}, ${idle} times in a row; ${ADVICE}`);
    if (connections >= MOST_CONNECTIONS) throw new FinalError(`${trouble.message}, ${connections} times; ${ADVICE}`);
    // Without a version to resume by, the rest might belong to another file.
    if (state.at > 0 && state.version === undefined) throw new StartOver(trouble.message);
    await pause(trouble, idle, patience, signal, (line) => reporter.info(line));
  }
}

async function pause(
  { message, afterMs }: TransientError,
  idle: number,
  { pauseMs, resumeMs }: Patience,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const own = idle === 0 ? resumeMs : jitter(pauseMs * 2 ** (idle - 1));
  // A server that is busy and says 0 would otherwise be given up within a moment.
  const ms = Math.max(afterMs ?? 0, own);
  const when = ms < 1000 ? 'at once' : `in ${Math.round(ms / 1000)} s`;
  say(`${message[0]?.toUpperCase()}${message.slice(1)}; trying again ${when}.`);
  await sleep(ms, signal);
  signal.throwIfAborted();
}

/** Requests the file from byte `state.at` on. The body of the response starts there. */
async function open(
  { url, headers, sha256 }: Pick<UrlSpec, 'url' | 'headers' | 'sha256'>,
  { env, signal, patience }: DownloadOptions,
  state: State,
): Promise<IncomingMessage> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), patience.stallMs);
  const response = get({
    url: new URL(url),
    secret: fieldsOf(headers),
    own: ownFields(state),
    // The digest protects the content, also over http.
    mayDowngrade: sha256 !== undefined,
    env,
    lenient: state.lenient,
    signal: AbortSignal.any([signal, stall.signal]),
  });
  try {
    const answer = await response;
    accept(answer, state);
    return answer;
  } catch (error) {
    throw stall.signal.aborted ? new StallError(patience.stallMs) : error;
  } finally {
    clearTimeout(timer);
  }
}

function fieldsOf(headers: UrlSpec['headers']): Fields {
  const fields: Record<string, string[]> = {};
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    fields[key] = [...(fields[key] ?? []), value];
  }
  // A single value is no list, since Node rejects lists for some fields.
  return Object.fromEntries(Object.entries(fields).map(([name, all]) => [name, all.length === 1 ? `${all[0]}` : all]));
}

function ownFields({ at, version }: State): Fields {
  return {
    // No compression in transit: the digest is that of the file itself.
    'accept-encoding': 'identity',
    connection: 'close',
    ...(at > 0 && version !== undefined && { range: `bytes=${at}-`, 'if-range': version }),
  };
}

/** Updates the state from a response. Throws if the body does not continue the file. */
function accept(answer: IncomingMessage, state: State): void {
  const { statusCode = 0, headers } = answer;
  try {
    if (state.at > 0) acceptRest(statusCode, headers, state);
    else acceptStart(statusCode, headers, state);
  } catch (error) {
    answer.destroy();
    throw error;
  }
}

function acceptStart(status: number, headers: IncomingMessage['headers'], state: State): void {
  if (status !== 200) throw statusError(status, headers['retry-after'], headers.date);
  state.total = lengthOf(headers['content-length']);
  state.tellsEnd = state.total !== undefined || headers['transfer-encoding'] !== undefined;
  // Ranges count compressed bytes, which may differ next time, so a body compressed in transit cannot be resumed.
  state.version = headers['content-encoding'] === undefined ? versionOf(headers) : undefined;
}

function acceptRest(status: number, headers: IncomingMessage['headers'], state: State): void {
  if (status === 200) throw new StartOver('the server cannot resume, or has another version by now');
  if (REFUSED_RANGE.includes(status) && headers['retry-after'] === undefined) {
    throw new StartOver(`the server refuses to send the rest alone (${status})`);
  }
  if (status === 416) throw new StartOver('the server has another version by now');
  if (status !== 206) throw statusError(status, headers['retry-after'], headers.date);
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  const length = total === undefined || total === '*' ? state.total : Number(total);
  const sameVersion = headers.etag === undefined || versionOf(headers) === state.version || isDate(state.version);
  if (Number(from) !== state.at || (state.total ?? length) !== length || !sameVersion) {
    throw new StartOver('the server resumed with a different file');
  }
  state.total = length;
}

function isDate(version: string | undefined): boolean {
  return version !== undefined && !version.startsWith('"');
}

/** A weak ETag does not promise equal bytes, so the date is used. */
function versionOf({ etag, 'last-modified': date }: IncomingMessage['headers']): string | undefined {
  return etag?.startsWith('"') ? etag : date;
}

function lengthOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The chunks of a response. Fails if none arrives for `stallMs`, not counting the time that the receiver takes. */
async function* chunksOf(answer: IncomingMessage, stallMs: number): AsyncGenerator<Buffer, void, undefined> {
  let waiting = true;
  const timer = setTimeout(() => waiting && answer.destroy(new StallError(stallMs)), stallMs);
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      waiting = false;
      yield chunk;
      waiting = true;
      timer.refresh();
    }
  } finally {
    clearTimeout(timer);
  }
}
