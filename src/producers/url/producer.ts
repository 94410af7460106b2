import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OnceError } from '../../base/errors.ts';
import { formatDuration, inOneLine, shorten } from '../../base/format.ts';
import { sleep } from '../../base/wait.ts';
import { removeTree } from '../../host/remove-tree.ts';
import { nameOnWindows } from '../../host/windows-names.ts';
import type { Attempt, Producer, Product } from '../producer.ts';
import { fingerprintOf, type UrlSpec } from '../spec.ts';
import { Contents } from './contents.ts';
import { download, PATIENT, type Patience, type Start } from './http/download.ts';
import { Progress } from './http/progress.ts';
import { Damaged } from './http/refusal.ts';
import { FinalError, StartOver } from './http/trouble.ts';
import { Limits } from './limits.ts';

/** Most downloads from the beginning. */
const MOST_STARTS = 3;

/** The producer of `url`: downloads, digests and unpacks a file or an archive in one pass. */
export function urlProducer(spec: UrlSpec, patience: Patience = PATIENT): Producer {
  const name = 'url';
  return { name, fingerprint: fingerprintOf({ name, spec }), produce: (attempt) => produce(spec, attempt, patience) };
}

async function produce(spec: UrlSpec, attempt: Attempt, patience: Patience): Promise<Product> {
  attempt.signal.throwIfAborted();
  const { reporter, timeoutMs } = attempt;
  const [done, late] = [new AbortController(), new AbortController()];
  // Not AbortSignal.timeout: it rejects fractions of a millisecond, and one that only `any` refers to may be garbage
  // collected and never abort (always on Node 20; on 24 while it has no listener).
  void sleep(timeoutMs, done.signal).then(() => done.signal.aborted || late.abort());
  const signal = AbortSignal.any([attempt.signal, late.signal]);
  reporter.openGroup(`Fetching ${shown(spec.url)}`);
  try {
    return { identity: `sha256:${await receive(spec, { ...attempt, signal }, patience)}` };
  } catch (error) {
    attempt.signal.throwIfAborted();
    throw explained(error, spec, attempt, signal.aborted);
  } finally {
    done.abort();
    reporter.closeGroup();
  }
}

/** The URL for logs, without its query, where object stores put signatures. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return shorten(`${origin}${pathname}`, 200);
}

function explained(error: unknown, { url }: UrlSpec, { key, timeoutMs }: Attempt, timedOut: boolean): unknown {
  const { origin } = new URL(url);
  // Other jobs print this message too, and the path may be private, so it names the server only.
  const fetching = `Fetching "${shorten(key)}"${key.startsWith(origin) ? '' : ` from ${origin}`}`;
  if (timedOut) {
    const limit = formatDuration(timeoutMs);
    return new OnceError('BUILD_FAILED', `${fetching} took longer than build-timeout (${limit}) and was ended.`);
  }
  if (!(error instanceof FinalError)) return error;
  return new OnceError('BUILD_FAILED', `${fetching} failed: ${error.message}.`, { cause: error });
}

async function receive(spec: UrlSpec, attempt: Attempt, patience: Patience): Promise<string> {
  for (let start = 1; ; start++) {
    try {
      return await fetchOnce(spec, attempt, patience);
    } catch (error) {
      if (!(error instanceof StartOver)) throw error;
      if (start === MOST_STARTS) throw new FinalError(`${error.message}; ${start} downloads from the beginning failed`);
      attempt.reporter.info(`Starting over: ${error.message}.`);
      await clear(attempt);
      await sleep(patience.pauseMs, attempt.signal);
      attempt.signal.throwIfAborted();
    }
  }
}

async function clear({ out, signal }: Attempt): Promise<void> {
  for (const name of readdirSync(out)) await removeTree(join(out, name), signal);
}

async function fetchOnce(spec: UrlSpec, attempt: Attempt, patience: Patience): Promise<string> {
  const { signal, reporter } = attempt;
  const progress = new Progress((line) => reporter.info(line));
  const hash = createHash('sha256');
  const limits = new Limits(spec);
  const contents = new Contents({ ...attempt, name: nameOf(spec.url), strip: spec.strip, limits });
  let damage: Damaged | undefined;
  const unlessDamaged = async (action: () => Promise<void>) => {
    if (damage === undefined) await action().catch((error) => (damage = asDamage(error)));
  };
  let tellsEnd = true;
  const onStart = (answer: Start) => {
    progress.total = answer.total;
    tellsEnd = answer.tellsEnd;
  };
  try {
    for await (const chunk of download(spec, { ...attempt, patience }, onStart)) {
      hash.update(chunk);
      progress.add(chunk.length);
      // Also for a damaged archive, which is received to its end: the download may be endless.
      limits.received(chunk.length);
      await unlessDamaged(() => contents.write(chunk));
      signal.throwIfAborted();
    }
    await unlessDamaged(() => contents.end());
  } finally {
    contents.close();
  }
  const digest = hash.digest('hex');
  requireDigest(digest, spec.sha256, tellsEnd);
  if (damage !== undefined) throw progress.total === undefined ? new StartOver(damage.message) : damage;
  if (spec.sha256 === undefined) requireWhole(progress.received, tellsEnd || contents.isShownWhole, digest);
  reporter.info(`Received ${progress.summary()}, sha256:${digest}.`);
  if (spec.sha256 === undefined)
    reporter.notice(`url: ${shown(spec.url)} is not pinned. To pin it, write sha256: ${digest}`);
  return digest;
}

/** A damaged archive is downloaded to its end, since its digest may show that it is a different file. Throws other errors. */
function asDamage(error: unknown): Damaged {
  if (error instanceof Damaged) return error;
  throw error;
}

/** @throws FinalError if the digest is another one; StartOver if the file may only be cut short */
function requireDigest(digest: string, expected: string | undefined, tellsEnd: boolean): void {
  if (expected === undefined || digest === expected) return;
  const why = `sha256 mismatch: expected ${expected}, got ${digest}`;
  if (!tellsEnd) throw new StartOver(why);
  throw new FinalError(`${why}. If the file was changed on purpose, correct sha256`);
}

/** @throws FinalError if nobody can tell that a file without a digest is whole */
function requireWhole(bytes: number, isWhole: boolean, digest: string): void {
  const pin = `If it is right, write sha256: ${digest}`;
  if (bytes === 0) throw new FinalError(`the server sent an empty file. ${pin}`);
  if (isWhole) return;
  throw new FinalError(
    `the server does not say how long the file is and ends it by closing the connection, so that a part of it looks like the whole. ${pin}`,
  );
}

/** The last part of a URL: the file name of a download that is not an archive. */
function nameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  const name = inOneLine(decoded(last), '_').replaceAll(/[/\\:]/g, '_');
  if (['', '.', '..'].includes(name)) return 'download';
  return process.platform === 'win32' ? nameOnWindows(name) : name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
