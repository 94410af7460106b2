import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { stopwatch } from '../../src/base/wait.ts';
import { ActionsCache } from '../../src/remote/source.ts';
import { Call, type CallOptions } from '../harness/job/in-process.ts';
import { ledger, tempDir } from '../harness/job/job.ts';
import { type CacheProtocol, CacheServer } from '../harness/servers/cache-server.ts';

/** Longer than a busy machine lets a transfer that works say nothing. */
export const PATIENCE = { ms: 3000, leastBytes: 200_000 };

/** More than the buffers of a connection hold. */
export const MANY_BYTES = 24_000_000;

/** A cache server, and calls of hosts that share nothing else. */
export async function pool(protocol: CacheProtocol, bytes = 1000) {
  const server = await new CacheServer().listen();
  const builds = ledger();
  const run = `${builds.note}\nhead -c ${bytes} /dev/urandom > "$BUILD_ONCE_OUT/made"`;
  const inputs = { key: 'sdk', run, relocatable: 'true' };
  const call = (more: Partial<CallOptions> = {}) =>
    new Call({
      ...{ root: tempDir(), inputs, env: server.env(protocol) },
      sources: [new ActionsCache('read-write', PATIENCE)],
      ...more,
    });
  return { server, builds, call };
}

export async function resultOf(call: Call): Promise<string> {
  const { result, origin } = await call.outcome;
  return `${result} ${origin}`;
}

/** Each kind of request of a transfer: what the server is to do, and how the request is known. */
export const REQUESTS = {
  v1: {
    'is asked': /^GET .*\/cache\?/,
    'is to send it': /^GET .*\/blob/,
    'is told of an upload': /^POST .*\/caches$/,
    'gets it': /^PATCH/,
    'is told of its end': /^POST .*\/caches\/\d/,
  },
  v2: {
    'is asked': /GetCacheEntryDownloadURL/,
    'is to send it': /^GET .*\/blob/,
    'is told of an upload': /CreateCacheEntry/,
    'gets it': /^PUT/,
    'is told of its end': /FinalizeCacheEntryUpload/,
  },
  azure: { 'is to tell its size': /^HEAD/, 'is to send it': /^GET .*\/blob/, 'gets it': /^PUT/ },
} as const;
const RESTORES = ['is asked', 'is to tell its size', 'is to send it'];

export type Way = (request: IncomingMessage, response: ServerResponse) => void;

export const neverAnswers: Way = (request) => void request.resume();

/** One request that a server does not do with, in some way. */
export interface Stand {
  readonly protocol: CacheProtocol;
  readonly what: string;
  readonly at: RegExp;
  readonly way: Way;
  /** Names it where a test fails. */
  readonly name: string;
}

/** Every kind of request, each in the given ways. */
export function stands(protocols: readonly CacheProtocol[], ways: Readonly<Record<string, Way>>): Stand[] {
  return protocols.flatMap((protocol) =>
    Object.entries(REQUESTS[protocol]).flatMap(([what, at]) =>
      Object.entries(ways).map(([how, way]) => ({ protocol, what, at, way, name: `${protocol} ${what}, ${how}` })),
    ),
  );
}

/** A step whose server stands still builds, in time, and says once why. */
export async function expectEnd({ protocol, what, at, way, name }: Stand): Promise<void> {
  const { server, call } = await pool(protocol);
  const isRestore = RESTORES.includes(what);
  if (isRestore) expect(await resultOf(call()), name).toBe('built build');
  server.hook = (request, response) => {
    if (!at.test(`${request.method} ${request.url}`)) return false;
    way(request, response);
    return true;
  };
  const stopped = call();
  const since = stopwatch();
  expect(await resultOf(stopped), name).toBe('built build');
  expect(since(), name).toBeGreaterThan(PATIENCE.ms);
  // The package alone would wait for three minutes, and for some requests for ever.
  expect(since(), name).toBeLessThan(PATIENCE.ms + 40_000);
  const place = '127\\.0\\.0\\.1:\\d+';
  const doing = isRestore ? `(${place} was asked for it|it was fetched from ${place})` : `it was sent to ${place}`;
  expect(stopped.warnings, name).toEqual([
    expect.stringMatching(new RegExp(`^remote: .*: (nothing|only [\\d.]+ k?B) moved for 3 s while ${doing}\\.( |$)`)),
  ]);
  expect(server.saved, name).toHaveLength(isRestore ? 1 : 0);
}

/** What moves is saved and restored, though each takes longer than the patience. */
export async function expectPatience(protocol: CacheProtocol): Promise<void> {
  const { server, builds, call } = await pool(protocol, MANY_BYTES);
  const pieces = MANY_BYTES / (64 * 1024);
  let line = Promise.resolve();
  server.pace = () => {
    // One after the other, also where the package asks for several at one time.
    line = line.then(() => delay((1.5 * PATIENCE.ms) / pieces));
    return line;
  };
  for (const expected of ['built build', 'reused remote']) {
    const since = stopwatch();
    const slow = call();
    expect(await resultOf(slow), `${protocol} ${slow.lines.join('\n')}`).toBe(expected);
    expect(slow.warnings, protocol).toEqual([]);
    expect(since(), protocol).toBeGreaterThan(1.5 * PATIENCE.ms);
  }
  expect(builds.lines(), protocol).toHaveLength(1);
}
