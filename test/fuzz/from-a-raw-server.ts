import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { OnceError, systemCode } from '../../src/base/errors.ts';
import { hasControls } from '../../src/base/format.ts';
import { stopwatch } from '../../src/base/wait.ts';
import { isInside } from '../../src/host/file-system.ts';
import { removeTree } from '../../src/host/remove-tree.ts';
import { urlProducer } from '../../src/producers/url/producer.ts';
import { anAttempt } from '../harness/lock/an-attempt.ts';
import { type Item, tarOf, zipOf } from '../harness/servers/an-archive.ts';
import { aUrl } from '../producers/url/fetching.ts';
import { type Fuzzed, hard, shows, text } from './texts.ts';

/** Longest that a fetch may take, in ms, and when it is told to end. */
const [LIMIT_MS, CANCEL_MS] = [8000, 4000];
const UNTOUCHED = 'years of work';

/** What is sent for each connection in turn, byte for byte; then the connection is ended. */
let answers: readonly Buffer[] = [];
let connections = 0;
let server: Server | undefined;
afterAll(() => server?.close());

async function portOfServer(): Promise<number> {
  if (server === undefined) {
    server = createServer((socket) => {
      const answer = answers[connections++ % answers.length] ?? Buffer.alloc(0);
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/**
 * Fetches what the server sends. Ends in time, with a build or an error for a person in one line of visible characters;
 * what is there can be shown, leads nowhere else, and nothing beside it was touched.
 */
async function fetches(name: string, each: readonly Buffer[]): Promise<boolean> {
  [answers, connections] = [each, 0];
  const port = await portOfServer();
  const attempt = anAttempt({ signal: AbortSignal.timeout(CANCEL_MS) });
  const above = dirname(attempt.out);
  const beside = join(above, 'thesis');
  writeFileSync(beside, UNTOUCHED);
  const took = stopwatch();
  const spec = aUrl(`http://127.0.0.1:${port}/${name}`, { maxUnpackedBytes: 1e6 });
  const producer = urlProducer(spec, { stallMs: 1000, pauseMs: 0, resumeMs: 0 });
  const said = await producer.produce(attempt).then(() => '', toldBy);
  const isWell =
    shows(said) &&
    took() < LIMIT_MS &&
    readFileSync(beside, 'utf8') === UNTOUCHED &&
    readdirSync(above).sort().join() === 'out,scratch,thesis' &&
    readdirSync(attempt.scratch).length === 0 &&
    isHarmless(attempt.out, attempt.out);
  await removeTree(above);
  return isWell;
}

/** @throws what is no error for a person */
function toldBy(error: unknown): string {
  if (error instanceof OnceError && error.code === 'BUILD_FAILED') return error.message;
  throw error;
}

function isHarmless(folder: string, top: string): boolean {
  return readdirSync(folder).every((name) => {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (hasControls(name)) return false;
    if (stats.isDirectory()) return isHarmless(path, top);
    return stats.isSymbolicLink() ? staysInside(path, top) : stats.isFile();
  });
}

/** Also a link that leads to nothing stays inside; one that leads to itself leads nowhere. */
function staysInside(link: string, top: string): boolean {
  try {
    return isInside(realpathSync(top), realpathSync(link));
  } catch (error) {
    return systemCode(error) === 'ELOOP' || isInside(top, resolve(dirname(link), readlinkSync(link)));
  }
}

/** Mostly plain ones, since one that is refused is the end of the whole archive. */
const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', 'a/b', 'a/b/c', 'b/c', './d', 'd/', 'A') },
  hard,
  text,
  fc.constantFrom('a/../b', '/a', '..', 'C:\\a', 'a\\..\\b'),
);
const target = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('a', 'b', '..', '../thesis', 'b/..', 'a/../..', '/etc', 'a/b', '../../a', '.'),
  },
  name,
);
const item = fc.record(
  {
    path: name,
    content: fc.oneof(target, fc.constant('x'.repeat(5000))),
    type: fc.constantFrom('File', 'File', 'SymbolicLink', 'SymbolicLink', 'Link', 'Directory'),
    linkpath: target,
    mode: fc.nat(0o7777),
  },
  { requiredKeys: ['path', 'linkpath', 'type'] },
);
/** Bytes that are something else, by where they are in a thousandth of the whole. */
const changes = fc.oneof(fc.constant([]), fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 3 }));

function changed(bytes: Buffer, each: readonly (readonly [number, number])[], cut: number): Buffer {
  for (const [at, value] of each) bytes[Math.floor((at * (bytes.length - 1)) / 1000)] = value;
  return cut === 0 ? bytes : bytes.subarray(0, cut % bytes.length);
}

/** In a tar, what is no file has no body. */
function withoutBody({ content, ...each }: Item): Item {
  return each.type === 'File' && content !== undefined ? { ...each, content } : each;
}

const ok = (body: Buffer) =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`), body]);

const statusLine = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(200, 200, 206, 301, 302, 404, 416, 500, 503).map((code) => `HTTP/1.1 ${code} x`),
  },
  fc.constantFrom(
    'HTTP/1.0 200',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK',
    'HTTP/9 200 x',
    'ICY 200 OK',
    'SSH-2.0-x',
  ),
  text,
);
const header = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...['Content-Length: 5', 'Content-Length: 5, 5', 'Content-Length: 99999999999999999999', 'Content-Length: -1'],
      ...['Transfer-Encoding: chunked', 'Transfer-Encoding: gzip, chunked', 'Content-Encoding: gzip', 'ETag: "1"'],
      ...['ETag: W/"2"', 'Last-Modified: x', 'Retry-After: 0', 'Retry-After: 1e9', 'Retry-After: 99999', 'Date: x'],
      ...[
        'Location: /r',
        'Location: //127.0.0.1:1/',
        'Location: ftp://x/',
        'Location: http://[',
        'Location: \u001b[31m',
      ],
      ...['Content-Range: bytes 3-9/10', 'Content-Range: bytes */10', 'Connection: keep-alive', 'X: \u0000', ' folded'],
    ),
  },
  text.map((value) => `X: ${value}`),
  text.map((value) => `Location: /r${value}`),
);
const chunk = fc
  .tuple(
    fc.oneof(
      fc.nat(20).map((size) => size.toString(16)),
      fc.constantFrom('-1', 'x', 'ffffffffffffffff', '5;a=b'),
    ),
    text,
  )
  .map(([size, body]) => `${size}\r\n${body}\r\n`);
const body = fc.oneof(
  text,
  fc.constantFrom('hello', '5\r\nhello\r\n0\r\n\r\n'),
  fc.array(chunk, { maxLength: 4 }).map((all) => all.join('')),
);
const answer = fc
  .tuple(
    statusLine,
    fc.array(header, { maxLength: 4 }),
    fc.constantFrom('\r\n\r\n', '\r\n\r\n', '\n\n', '\r\n', ''),
    body,
  )
  .map(([first, headers, end, rest]) => Buffer.from(`${[first, ...headers].join('\r\n')}${end}${rest}`, 'latin1'));

export const fromARawServer: readonly Fuzzed[] = [
  {
    name: 'members of a zip',
    share: 0.06,
    property: fc.asyncProperty(fc.array(item, { maxLength: 4 }), changes, fc.nat(9), (items, each, cut) =>
      fetches('a.zip', [ok(changed(zipOf(...items), each, cut === 0 ? 200 : 0))]),
    ),
  },
  {
    name: 'members of a tar',
    share: 0.06,
    property: fc.asyncProperty(fc.array(item, { maxLength: 4 }), changes, fc.nat(9), (items, each, cut) =>
      fetches('a.tar', [ok(changed(tarOf(...items.map(withoutBody)), each, cut === 0 ? 700 : 0))]),
    ),
  },
  {
    name: 'the bytes of a server',
    share: 0.12,
    property: fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 4 }), (each) => fetches('file', each)),
  },
];
