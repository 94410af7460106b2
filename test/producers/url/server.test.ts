import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '../../../src/producers/url/http/trouble.ts';
import { anAttempt } from '../../harness/lock/an-attempt.ts';
import {
  cutAfter,
  flakyServer,
  pretendLength,
  redirect,
  stallAfter,
  status,
  whole,
  withoutRanges,
} from '../../harness/servers/flaky-server.ts';
import { aUrl, failure, fetching, HASTY, of, sha256Of } from './fetching.ts';

const content = randomBytes(300_000);
const digest = `sha256:${sha256Of(content)}`;

function fileIn({ out }: { readonly out: string }): Buffer {
  expect(readdirSync(out)).toEqual(['file.bin']);
  return readFileSync(join(out, 'file.bin'));
}

test('a plain file is laid down under the last part of its URL; a notice says how to pin it', async () => {
  const server = await flakyServer(content);
  const attempt = anAttempt();
  expect(await fetching(aUrl(server.url('a/b/file.bin?signature=secret')), attempt)).toBe(digest);
  expect(fileIn(attempt).equals(content)).toBe(true);
  const notices = attempt.log.filter(([method]) => method === 'notice').map(([, text]) => text);
  expect(notices).toEqual([
    `url: ${server.url('a/b/file.bin')} is not pinned. To pin it, write ${digest.replace(':', ': ')}`,
  ]);
  expect(JSON.stringify(attempt.log)).not.toContain('secret');
  expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
});

test.each([
  ['a file', 'file.bin'],
  ['what should be an archive and is none', 'file.tgz'],
])('%s that is larger than max-unpacked is refused, and not received to its end', async (_what, name) => {
  const server = await flakyServer(randomBytes(20_000_000));
  const attempt = anAttempt();
  expect(await failure(fetching(aUrl(server.url(name), { maxUnpackedBytes: 100_000 }), attempt))).toBe(
    `${of(server)} failed: the download is refused: it is larger than max-unpacked (100 kB); if that is expected, raise it.`,
  );
  const received = readdirSync(attempt.out).map((name) => statSync(join(attempt.out, name)).size);
  expect(Math.max(0, ...received)).toBeLessThanOrEqual(100_000);
});

test('a file that is not what sha256 names is refused with both digests', async () => {
  const server = await flakyServer(content);
  const sha256 = '0'.repeat(64);
  const why = await failure(fetching(aUrl(server.url('file.bin'), { sha256 }), anAttempt()));
  expect(why).toBe(
    `${of(server)} failed: sha256 mismatch: expected ${sha256}, got ${digest.slice(7)}. If the file was changed on purpose, correct sha256.`,
  );
});

test('a connection that breaks at every tenth byte brings the file all the same, each byte once', async () => {
  const short = content.subarray(0, 203);
  const server = await flakyServer(short);
  server.otherwise = cutAfter(10);
  const attempt = anAttempt();
  expect(await fetching(aUrl(server.url('file.bin')), attempt)).toBe(`sha256:${sha256Of(short)}`);
  expect(fileIn(attempt).equals(short)).toBe(true);
  expect(server.starts.slice(0, 3)).toEqual([undefined, 'bytes=10-', 'bytes=20-']);
  expect(server.seen).toHaveLength(21);
});

test('a connection on which nothing comes is given up, and the rest is asked for', async () => {
  const server = await flakyServer(content, stallAfter(1000));
  const attempt = anAttempt();
  expect(await fetching(aUrl(server.url('file.bin')), attempt, { ...HASTY, stallMs: 300 })).toBe(digest);
  expect(server.starts[1]).toMatch(/^bytes=\d+-$/);
  expect(attempt.log).toContainEqual(['info', 'No data came for 300 ms; trying again at once.']);
});

test('a server that answers nothing at all is given up', async () => {
  const server = await flakyServer(content, () => {});
  const patience = { ...HASTY, stallMs: 300 };
  expect(await fetching(aUrl(server.url('file.bin')), anAttempt(), patience)).toBe(digest);
  expect(server.seen.length).toBeGreaterThan(1);
});

test.each([408, 429, 500, 502, 503, 504])('after %i it is tried again', async (code) => {
  const server = await flakyServer(content, status(code), status(code));
  expect(await fetching(aUrl(server.url('file.bin')), anAttempt())).toBe(digest);
  expect(server.seen).toHaveLength(3);
});

test('Retry-After is honoured', async () => {
  const server = await flakyServer(content, status(429, { 'retry-after': '1' }));
  const attempt = anAttempt();
  const since = performance.now();
  await fetching(aUrl(server.url('file.bin')), attempt);
  expect(performance.now() - since).toBeGreaterThan(990);
  expect(attempt.log).toContainEqual(['info', 'The server answered 429 (Too Many Requests); trying again in 1 s.']);
});

test('a Retry-After that is too far off fails the fetch, and a date is read by the clock of the server', async () => {
  const server = await flakyServer(content, status(503, { 'retry-after': '7200' }));
  const why = await failure(fetching(aUrl(server.url('file.bin')), anAttempt()));
  expect(why).toContain('503 (Service Unavailable) and asks to come back in 2 h; run the job again then.');
  expect(waitFor('Fri, 31 Dec 1999 23:59:59 GMT', 'Fri, 31 Dec 1999 23:59:29 GMT')).toBe(30_000);
});

test.each([400, 401, 403, 404, 410])('%i is final', async (code) => {
  const server = await flakyServer(content, status(code));
  const why = await failure(fetching(aUrl(server.url('file.bin?token=secret')), anAttempt()));
  expect(why).toContain(`the server answered ${code} (`);
  expect(why).not.toContain('secret');
  expect(server.seen).toHaveLength(1);
});

test('a server that stays away is asked six times', async () => {
  const server = await flakyServer(content);
  server.otherwise = status(503);
  const why = await failure(fetching(aUrl(server.url('file.bin')), anAttempt()));
  expect(why).toContain('503 (Service Unavailable), 6 times in a row; check');
  expect(server.seen).toHaveLength(6);
});

test('a port where nobody listens is told as such', async () => {
  const why = await failure(fetching(aUrl('http://127.0.0.1:9/file.bin'), anAttempt()));
  expect(why).toBe(
    'Fetching "sdk" from http://127.0.0.1:9 failed: the connection was refused (ECONNREFUSED), 6 times in a row; check the server, and the network and the proxy of this runner.',
  );
});

test('a server without ranges is asked from the beginning, into an empty folder', async () => {
  const server = await flakyServer(content, cutAfter(1000, false), withoutRanges);
  server.otherwise = withoutRanges;
  const attempt = anAttempt();
  expect(await fetching(aUrl(server.url('file.bin')), attempt)).toBe(digest);
  expect(fileIn(attempt).equals(content)).toBe(true);
  expect(attempt.log).toContainEqual(['info', expect.stringContaining('Starting over: the server cannot resume')]);
});

test('a server that neither has ranges nor holds out is given up after three downloads', async () => {
  const server = await flakyServer(content);
  server.otherwise = cutAfter(1000, false);
  const why = await failure(fetching(aUrl(server.url('file.bin')), anAttempt()));
  expect(why).toContain('3 downloads from the beginning failed.');
});

test('a server that gives the rest in pieces is asked for all of them', async () => {
  const server = await flakyServer(content, cutAfter(1000));
  server.otherwise = (request, response) => {
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
    const piece = content.subarray(from, from + 100_000);
    const range = `bytes ${from}-${from + piece.length - 1}/${content.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': piece.length, etag: '"one"' }).end(piece);
  };
  expect(await fetching(aUrl(server.url('file.bin')), anAttempt())).toBe(digest);
});

test('a file that changes while it is fetched is fetched anew', async () => {
  const other = randomBytes(content.length);
  const server = await flakyServer(content, cutAfter(1000), (...given) => {
    server.content = other;
    server.etag = '"two"';
    whole(...given);
  });
  const attempt = anAttempt();
  expect(await fetching(aUrl(server.url('file.bin')), attempt)).toBe(`sha256:${sha256Of(other)}`);
  expect(fileIn(attempt).equals(other)).toBe(true);
});

test('a server that goes on with another version, whatever was asked, is not believed', async () => {
  const other = randomBytes(content.length);
  const server = await flakyServer(content, cutAfter(1000), (request, response) => {
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
    server.content = other;
    server.etag = '"two"';
    const range = `bytes ${from}-${other.length - 1}/${other.length}`;
    response.writeHead(206, { 'content-range': range, 'content-length': other.length - from, etag: '"two"' });
    response.end(other.subarray(from));
  });
  const attempt = anAttempt();
  expect(await fetching(aUrl(server.url('file.bin')), attempt)).toBe(`sha256:${sha256Of(other)}`);
  expect(fileIn(attempt).equals(other)).toBe(true);
});

test('without a name for the version nothing is resumed', async () => {
  const server = await flakyServer(content, cutAfter(1000));
  server.etag = undefined;
  expect(await fetching(aUrl(server.url('file.bin')), anAttempt())).toBe(digest);
  expect(server.starts).toEqual([undefined, undefined]);
});

test('a part that is told as the whole has another digest', async () => {
  const server = await flakyServer(content, pretendLength(1000));
  const why = await failure(fetching(aUrl(server.url('file.bin'), { sha256: digest.slice(7) }), anAttempt()));
  expect(why).toContain('expected');
});

test('headers go to the server that they are for, and no further', async () => {
  const store = await flakyServer(content);
  const server = await flakyServer('', redirect('/again'), redirect(store.url('object?signature=1', 'localhost')));
  const headers = [
    { name: 'Authorization', value: 'Bearer one' },
    { name: 'Cookie', value: 'two' },
    { name: 'X-Token', value: 'three' },
    { name: 'Accept', value: 'application/octet-stream' },
  ];
  const attempt = anAttempt();
  expect(await fetching(aUrl(server.url('file.bin'), { headers }), attempt)).toBe(digest);
  for (const { headers } of server.seen) {
    expect(headers).toMatchObject({ authorization: 'Bearer one', cookie: 'two', 'x-token': 'three' });
  }
  expect(server.seen).toHaveLength(2);
  const { authorization, cookie, 'x-token': token, accept } = store.seen[0]?.headers ?? {};
  expect([authorization, cookie, token, accept]).toEqual([undefined, undefined, undefined, 'application/octet-stream']);
  expect(fileIn(attempt).equals(content)).toBe(true);
});

test('headers do not come back once a redirect has left their server', async () => {
  const server = await flakyServer(content);
  const other = await flakyServer('', redirect(server.url('back')));
  server.script = [redirect(other.url('away'))];
  const headers = [{ name: 'Authorization', value: 'Bearer one' }];
  await fetching(aUrl(server.url('file.bin'), { headers }), anAttempt());
  expect(server.seen.map((request) => request.headers.authorization)).toEqual(['Bearer one', undefined]);
});

test('a circle of redirects has an end', async () => {
  const server = await flakyServer(content);
  server.otherwise = redirect('/');
  const why = await failure(fetching(aUrl(server.url('file.bin')), anAttempt()));
  expect(why).toContain('redirects more than 10 times');
});

test('a redirect to what is no web server is refused', async () => {
  const server = await flakyServer(content, redirect('file:///etc/passwd'));
  const why = await failure(fetching(aUrl(server.url('file.bin')), anAttempt()));
  expect(why).toContain('redirects to something other than an http or https URL');
});

test('what is packed for the way is taken as it comes, as curl does', async () => {
  const server = await flakyServer(content, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': content.length }).end(content);
  });
  expect(await fetching(aUrl(server.url('file.bin')), anAttempt())).toBe(digest);
});

test.each([
  200,
  1.1 * 200, // 220.00000000000003
])('a fetch that takes longer than build-timeout is ended: %f ms', async (timeoutMs) => {
  const server = await flakyServer(content, stallAfter(1000));
  const fetch = fetching(aUrl(server.url('file.bin')), anAttempt({ timeoutMs }));
  const why = await failure(fetch);
  expect(why.replace(of(server), '…')).toMatch(/^… took longer than build-timeout \(2\d0 ms\) and was ended\.$/);
});

test('an abort ends a fetch in the middle', async () => {
  const abort = new AbortController();
  const server = await flakyServer(
    content,
    stallAfter(1000, () => abort.abort(new Error('enough'))),
  );
  const attempt = anAttempt({ signal: abort.signal });
  await expect(fetching(aUrl(server.url('file.bin')), attempt)).rejects.toThrow('enough');
});

test('an abort ends the wait for another try', async () => {
  const abort = new AbortController();
  const server = await flakyServer(content, status(503, { 'retry-after': '60' }));
  const attempt = anAttempt({ signal: abort.signal });
  const info = (line: string) => void (line.includes('trying again in 60 s') && abort.abort(new Error('enough')));
  const fetch = fetching(aUrl(server.url('file.bin')), { ...attempt, reporter: { ...attempt.reporter, info } });
  await expect(fetch).rejects.toThrow('enough');
  expect(server.seen).toHaveLength(1);
});
