import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { proxyHeaders } from '../../../src/producers/url/http/proxy.ts';
import { waitFor } from '../../../src/producers/url/http/trouble.ts';
import { anAttempt } from '../../harness/lock/an-attempt.ts';
import { tarOf, zipOf } from '../../harness/servers/an-archive.ts';
import { cutAfter, flakyServer, raw, status, whole } from '../../harness/servers/flaky-server.ts';
import { aUrl, failure, fetching, sha256Of } from './fetching.ts';

const digestOf = (content: Buffer | string) => `sha256:${sha256Of(content)}`;
const archive = tarOf({ path: 'a', content: 'x'.repeat(2000) });

test('a body that only the end of the connection ends is not taken for a whole one, unless it is pinned', async () => {
  const server = await flakyServer('hello');
  server.otherwise = raw(['200 OK'], 'hello');
  const why = await failure(fetching(aUrl(server.url('f')), anAttempt()));
  expect(why).toContain('the server does not say how long the file is');
  expect(why).toContain(`If it is right, write sha256: ${sha256Of('hello')}.`);
  expect(await fetching(aUrl(server.url('f'), { sha256: sha256Of('hello') }), anAttempt())).toBe(digestOf('hello'));
});

test.each([
  ['a.tar', archive],
  ['a.tar.gz', gzipSync(archive)],
  ['a.zip', zipOf({ path: 'a', content: 'x' })],
])('such a body is taken if it shows its own end: %s', async (name, content) => {
  const server = await flakyServer('', raw(['200 OK'], content));
  expect(await fetching(aUrl(server.url(name)), anAttempt())).toBe(digestOf(content));
});

test('a tar that is cut between two entries is not taken for a whole one', async () => {
  const server = await flakyServer('');
  server.otherwise = raw(['200 OK'], archive.subarray(0, -1024));
  expect(await failure(fetching(aUrl(server.url('a.tar')), anAttempt()))).toContain('does not say how long');
});

test('such a body with another digest may have been cut, and is fetched again', async () => {
  const server = await flakyServer('', raw(['200 OK'], 'hel'), raw(['200 OK'], 'hello'));
  expect(await fetching(aUrl(server.url('f'), { sha256: sha256Of('hello') }), anAttempt())).toBe(digestOf('hello'));
  expect(server.seen).toHaveLength(2);
});

test('an empty file is an error, unless it is pinned', async () => {
  const server = await flakyServer('');
  const why = await failure(fetching(aUrl(server.url('f')), anAttempt()));
  expect(why).toContain(`the server sent an empty file. If it is right, write sha256: ${sha256Of('')}.`);
  expect(await fetching(aUrl(server.url('f'), { sha256: sha256Of('') }), anAttempt())).toBe(digestOf(''));
});

test.each([400, 403, 404, 405, 412, 500, 501])(
  'a server that answers %i to a range is asked for the whole',
  async (code) => {
    const server = await flakyServer('x'.repeat(5000), cutAfter(1000), status(code), whole);
    expect(await fetching(aUrl(server.url('f')), anAttempt())).toBe(digestOf(server.content));
    expect(server.starts).toEqual([undefined, 'bytes=1000-', undefined]);
  },
);

test('a server that says Retry-After: 0 while it is busy is not given up within a moment', async () => {
  const busy = status(503, { 'retry-after': '0' });
  const server = await flakyServer('x', busy, busy, busy, busy);
  const since = performance.now();
  const patience = { stallMs: 20_000, pauseMs: 40, resumeMs: 0 };
  expect(await fetching(aUrl(server.url('f')), anAttempt(), patience)).toBe(digestOf('x'));
  // Even with the least jitter the pauses double: 40, 80, 160 and 320 ms.
  expect(performance.now() - since).toBeGreaterThan(250);
});

test('a Retry-After may have a fraction, and with it 403 means that it was asked too often', async () => {
  expect(waitFor('1.5', undefined)).toBe(1500);
  expect(waitFor('-1', undefined)).toBeUndefined();
  const server = await flakyServer('x', status(403, { 'retry-after': '0.1' }));
  expect(await fetching(aUrl(server.url('f')), anAttempt())).toBe(digestOf('x'));
});

test('each request has a User-Agent, and the user may write another', async () => {
  const server = await flakyServer('x');
  await fetching(aUrl(server.url('f')), anAttempt());
  await fetching(aUrl(server.url('f'), { headers: [{ name: 'User-Agent', value: 'mine' }] }), anAttempt());
  expect(server.seen.map(({ headers }) => headers['user-agent'])).toEqual(['build-once', 'mine']);
});

test.each([
  ['in UTF-8', '/caf\u00e9'],
  ['in escapes', '/caf%C3%A9'],
])('a Location %s is followed', async (_how, location) => {
  const server = await flakyServer('x', raw(['302 Found', `Location: ${location}`, 'Content-Length: 0'], ''));
  await fetching(aUrl(server.url('f')), anAttempt());
  expect(server.seen.map(({ url }) => url)).toEqual(['/f', '/caf%C3%A9']);
});

test('many headers are read', async () => {
  const server = await flakyServer('', raw(['200 OK', `X: ${'x'.repeat(20_000)}`, 'Content-Length: 2'], 'ok'));
  expect(await fetching(aUrl(server.url('f')), anAttempt())).toBe(digestOf('ok'));
});

const chunked = ['Content-Length: 5', 'Transfer-Encoding: chunked'];

test('an answer with a length and chunks is taken where both say the same', async () => {
  const server = await flakyServer('');
  server.otherwise = raw(['200 OK', ...chunked], '5\r\nhello\r\n0\r\n\r\n');
  expect(await fetching(aUrl(server.url('f')), anAttempt())).toBe(digestOf('hello'));
  server.otherwise = raw(['200 OK', ...chunked], 'b\r\nhello world\r\n0\r\n\r\n');
  expect(await failure(fetching(aUrl(server.url('f')), anAttempt()))).toContain('tells two lengths of the file');
});

test.each([
  ['more headers than 256 kB', ['200 OK', `X: ${'x'.repeat(300_000)}`], 'its headers have more than 262 kB'],
  ['two lengths', ['200 OK', 'Content-Length: 2', 'Content-Length: 2'], 'it says twice how long the file is'],
  ['a length that is none', ['200 OK', 'Content-Length: 2, 2'], 'it does not say in one number'],
  ['a control character in a header', ['200 OK', 'X: \x01', 'Content-Length: 2'], 'it is not valid HTTP (HPE_'],
])('an answer with %s is told at once for what it is', async (_what, headers, why) => {
  const server = await flakyServer('');
  server.otherwise = raw(headers, 'ok');
  expect(await failure(fetching(aUrl(server.url('f')), anAttempt()))).toContain(
    `the server's answer cannot be read: ${why}`,
  );
  expect(server.seen).toHaveLength(1);
});

test('a percent sign in the password of a proxy that escapes nothing is itself', () => {
  const login = (text: string) => {
    const header = proxyHeaders(new URL(`http://${text}@proxy`))['proxy-authorization'] ?? '';
    return Buffer.from(header.replace('Basic ', ''), 'base64').toString();
  };
  expect(login('user:pa%ss')).toBe('user:pa%ss');
  expect(login('us%65r:%C3%A9%')).toBe('user:é%');
});

test.each([
  ['a.tar.lz', 'lzip', 'LZIP\x01'],
  ['a.tar.Z', 'compress', '\x1f\x9d\x90'],
  ['a.7z', '7z', '7z\xbc\xaf\x27\x1c'],
  ['a.tar.br', 'br', '\x8b\xff\x80'],
])('of %s it is said that it stays as it came', async (name, form, head) => {
  const server = await flakyServer(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(600, 7)]));
  const attempt = anAttempt();
  await fetching(aUrl(server.url(name)), attempt);
  expect(readdirSync(attempt.out)).toEqual([name]);
  const told = `"${name}" is an archive (${form}) that this action does not unpack`;
  expect(attempt.log).toContainEqual(['warn', expect.stringContaining(told)]);
  expect(await failure(fetching(aUrl(server.url(name), { strip: 1 }), anAttempt()))).toContain(told);
  server.content = Buffer.from('<!DOCTYPE html>'.padEnd(600));
  expect(await failure(fetching(aUrl(server.url(name)), anAttempt()))).toContain('the download is not an archive');
});

test.each([
  ['a universal Mach-O file', 'cafebabe00000002', true],
  ['a class of Java', 'cafebabe00000034', false],
  ['a Mach-O file', 'cffaedfe07000001', true],
])('%s is executable or not as it should be', async (_what, head, executable) => {
  const server = await flakyServer(Buffer.from(head.padEnd(1200, '0'), 'hex'));
  const attempt = anAttempt();
  await fetching(aUrl(server.url('f')), attempt);
  expect((statSync(join(attempt.out, 'f')).mode & 0o111) !== 0).toBe(executable);
});

test('what follows the end of a zip is left away', async () => {
  const zip = zipOf({ path: 'a', content: 'x' });
  for (const more of ['\n', '-----BEGIN SIGNATURE-----\n'.repeat(9)]) {
    const server = await flakyServer(Buffer.concat([zip, Buffer.from(more)]));
    const attempt = anAttempt();
    expect(await fetching(aUrl(server.url('z.zip')), attempt)).toBe(digestOf(server.content));
    expect(readFileSync(join(attempt.out, 'a'), 'utf8')).toBe('x');
  }
});
