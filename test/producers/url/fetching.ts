import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { OnceError } from '../../../src/base/errors.ts';
import type { Attempt } from '../../../src/producers/producer.ts';
import type { UrlSpec } from '../../../src/producers/spec.ts';
import type { Patience } from '../../../src/producers/url/http/download.ts';
import { urlProducer } from '../../../src/producers/url/producer.ts';

/** Pauses so short that a test need not wait; a stall is none that a busy machine makes. */
export const HASTY: Patience = { stallMs: 20_000, pauseMs: 5, resumeMs: 0 };

export function aUrl(url: string, more: Partial<UrlSpec> = {}): UrlSpec {
  return { url, sha256: undefined, strip: 0, headers: [], maxUnpackedBytes: 1e11, maxRatio: 200, ...more };
}

/** Fetches in this process; gives the identity. */
export async function fetching(spec: UrlSpec, attempt: Attempt, patience = HASTY): Promise<string | undefined> {
  const product = await urlProducer(spec, patience).produce(attempt);
  return product.identity;
}

/** What a fetch that must fail says; fails the test when the reason is not one that other jobs may be told. */
export async function failure(fetch: Promise<unknown>): Promise<string> {
  const error = await fetch.then(
    () => expect.unreachable('the fetch should have failed'),
    (thrown: OnceError) => thrown,
  );
  expect(error).toMatchObject({ name: 'OnceError', code: 'BUILD_FAILED' });
  return error.message;
}

/** How a message about a fetch from this server begins: the key, and not the path, which other jobs need not know. */
export function of(server: { readonly url: (path: string) => string }): string {
  return `Fetching "sdk" from ${new URL(server.url('a')).origin}`;
}

export function sha256Of(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
