import type { IncomingMessage } from 'node:http';
import type { Reporter } from '../../base/reporter.ts';
import { jitter, sleep } from '../../base/wait.ts';
import type { Environment } from '../producer.ts';
import type { UrlSpec } from '../spec.ts';
import { type Fields, get } from './request.ts';
import { FinalError, networkError, StallError, StartOver, statusError, TransientError } from './trouble.ts';

/** How patient a download is; all in ms. */
export interface Patience {
  /** Time without a byte after which a connection is given up. */
  readonly stallMs: number;
  /** First pause before another try; each one is twice as long as the one before. */
  readonly pauseMs: number;
  /** Pause where bytes had come since the last one. */
  readonly resumeMs: number;
}

export const PATIENT: Patience = { stallMs: 60_000, pauseMs: 1000, resumeMs: 200 };

/** What a download is given. */
export interface Surrounded {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  readonly patience: Patience;
}

/** Tries in a row that bring no byte. */
const MOST_IDLE = 6;
const LOOK = 'look at the server, and at the network and the proxy of this runner';
/** Connections in all: a server that cuts them this often will not bring it to an end. */
const MOST_CONNECTIONS = 1000;

/** How far a download is. */
interface State {
  /** Bytes received. */
  at: number;
  /** Bytes in all, where the server told. */
  total: number | undefined;
  /** What the server calls this version of the file, strong enough to ask for the rest of it. */
  version: string | undefined;
}

/**
 * The bytes of a URL, each once and in order, however often the connection breaks.
 * @param onTotal told the length, in bytes, as soon as the server says it
 * @throws StartOver when the bytes so far are of no use: the server cannot go on in the middle, or has another version
 * @throws FinalError; the signal's reason when aborted
 */
export async function* download(
  spec: Pick<UrlSpec, 'url' | 'headers' | 'sha256'>,
  around: Surrounded,
  onTotal: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const { signal, reporter, patience } = around;
  const state: State = { at: 0, total: undefined, version: undefined };
  let idle = 0;
  for (let connections = 1; ; connections++) {
    const before = state.at;
    let trouble: Error;
    try {
      const answer = await open(spec, around, state);
      if (state.total !== undefined) onTotal(state.total);
      for await (const chunk of chunksOf(answer, patience.stallMs)) {
        state.at += chunk.length;
        yield chunk;
      }
      if (state.total === undefined || state.at === state.total) return;
      trouble = new TransientError('the connection was cut');
    } catch (error) {
      signal.throwIfAborted();
      trouble = networkError(error);
    }
    idle = state.at > before ? 0 : idle + 1;
    if (!(trouble instanceof TransientError)) throw trouble;
    if (idle >= MOST_IDLE) throw new FinalError(`${trouble.message}, ${idle} times in a row; ${LOOK}`);
    if (connections >= MOST_CONNECTIONS) throw new FinalError(`${trouble.message}, ${connections} times; ${LOOK}`);
    // Without a name for its version, what follows might belong to another file.
    if (state.at > 0 && state.version === undefined) throw new StartOver(trouble.message);
    await pause(trouble, idle, patience, around.signal, (line) => reporter.info(line));
  }
}

async function pause(
  { message, afterMs }: TransientError,
  idle: number,
  { pauseMs, resumeMs }: Patience,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const ms = afterMs ?? (idle === 0 ? resumeMs : jitter(pauseMs * 2 ** (idle - 1)));
  const when = ms < 1000 ? 'at once' : `in ${Math.round(ms / 1000)} s`;
  say(`${message[0]?.toUpperCase()}${message.slice(1)}; trying again ${when}.`);
  await sleep(ms, signal);
  signal.throwIfAborted();
}

/** An answer whose body goes on where we are. */
async function open(
  { url, headers, sha256 }: Pick<UrlSpec, 'url' | 'headers' | 'sha256'>,
  { env, signal, patience }: Surrounded,
  state: State,
): Promise<IncomingMessage> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), patience.stallMs);
  const asked = get({
    url: new URL(url),
    secret: fieldsOf(headers),
    own: ownFields(state),
    // The digest says what comes, whoever is in between.
    mayDowngrade: sha256 !== undefined,
    env,
    signal: AbortSignal.any([signal, stall.signal]),
  });
  try {
    const answer = await asked;
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
  // One value as it is: Node refuses a list for some.
  return Object.fromEntries(Object.entries(fields).map(([name, all]) => [name, all.length === 1 ? `${all[0]}` : all]));
}

function ownFields({ at, version }: State): Fields {
  return {
    // The bytes as they are: what is digested and unpacked is the file, not a form of it for the way.
    'accept-encoding': 'identity',
    connection: 'close',
    ...(at > 0 && version !== undefined && { range: `bytes=${at}-`, 'if-range': version }),
  };
}

/** Takes note of what an answer says about the file; refuses what is not the rest of it. */
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
  // A form that was packed for the way may be another one the next time, and ranges count its bytes.
  state.version = headers['content-encoding'] === undefined ? versionOf(headers) : undefined;
}

function acceptRest(status: number, headers: IncomingMessage['headers'], state: State): void {
  if (status === 200) throw new StartOver('the server cannot go on in the middle, or has another version by now');
  if (status === 416) throw new StartOver('the server has another version by now');
  if (status !== 206) throw statusError(status, headers['retry-after'], headers.date);
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  const length = total === undefined || total === '*' ? state.total : Number(total);
  const sameVersion = headers.etag === undefined || versionOf(headers) === state.version || isDate(state.version);
  if (Number(from) !== state.at || (state.total ?? length) !== length || !sameVersion) {
    throw new StartOver('the server went on with something else');
  }
  state.total = length;
}

function isDate(version: string | undefined): boolean {
  return version !== undefined && !version.startsWith('"');
}

/** A weak tag does not promise the same bytes. */
function versionOf({ etag, 'last-modified': date }: IncomingMessage['headers']): string | undefined {
  return etag?.startsWith('"') ? etag : date;
}

function lengthOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What an answer brings; gives up when nothing comes for a while, not counting what the receiver takes. */
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
