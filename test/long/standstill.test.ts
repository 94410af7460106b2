import { test } from 'vitest';
import { expectEnd, expectPatience, neverAnswers, stands, type Way } from '../remote/standing-still.ts';

const head = { 'content-length': 1_000_000, 'content-type': 'application/json', etag: '"1"' };

const WAYS: Readonly<Record<string, Way>> = {
  'never answers': neverAnswers,
  'stops in its answer': (request, response) => {
    request.resume();
    response.writeHead(200, head).write('{"ok":');
  },
  'answers a byte at a time': (request, response) => {
    request.resume();
    response.writeHead(200, head);
    const timer = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(timer));
  },
};

/** Of these the head of an answer is enough. */
const ENOUGH = /^(v1 gets it|azure is to tell its size), (stops in its answer|answers a byte)/;

/** Steps at one time. */
const WIDTH = 8;

test('a server that stands still in any way, at any request, ends the transfer', async () => {
  const left = stands(['v1', 'v2', 'azure'], WAYS).filter(({ name }) => !ENOUGH.test(name));
  const one = async () => {
    for (let stand = left.shift(); stand !== undefined; stand = left.shift()) await expectEnd(stand);
  };
  await Promise.all(Array.from({ length: WIDTH }, one));
});

test('a slow server is waited for while it moves', async () => {
  await Promise.all((['v1', 'v2', 'azure'] as const).map(expectPatience));
});
