import { expect, test } from 'vitest';
import { lookUp } from '../../../src/producers/git/look-up.ts';
import type { RepositorySpec } from '../../../src/producers/spec.ts';
import { anAttempt } from '../../harness/lock/an-attempt.ts';
import { flakyServer } from '../../harness/servers/flaky-server.ts';

test('what a server says when a ref is looked up is never at the start of a line', async () => {
  const server = await flakyServer('');
  server.otherwise = (_request, response) => {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('no\r::error::obeyed\r\n::error::obeyed');
  };
  const spec: RepositorySpec = {
    url: server.url('lib.git'),
    ref: 'main',
    commit: undefined,
    update: true,
    submodules: 'false',
    lfs: false,
    filter: undefined,
    depth: 1,
    token: undefined,
  };
  const attempt = anAttempt();
  await expect(lookUp(spec, attempt)).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  const lines = attempt.log
    .map(([, text]) => text)
    .join('\n')
    .split(/[\r\n]/);
  expect(lines.filter((line) => line.includes('obeyed'))).toHaveLength(2);
  expect(lines.filter((line) => line.startsWith('::'))).toEqual([]);
});
