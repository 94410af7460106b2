import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { processesOf } from '../../../src/host/proc.ts';
import { type Job, runJob, startJob, tempDir } from '../../harness/job/job.ts';
import { tarOf } from '../../harness/servers/an-archive.ts';
import {
  FlakyServer,
  flakyServer,
  pretendLength,
  redirect,
  stallAfter,
  whole,
} from '../../harness/servers/flaky-server.ts';
import { builds, litter } from '../../harness/storm/remains.ts';
import { producerContract, type Source } from '../contract.ts';
import { sha256Of } from './fetching.ts';

const large = randomBytes(500_000);
const archive = gzipSync(
  tarOf({ path: 'sdk/bin/tool', mode: 0o755, content: '#!/bin/sh\n' }, { path: 'sdk/large', content: large }),
);

async function source(): Promise<Source> {
  const server = await flakyServer(archive);
  return {
    inputs: { url: server.url('sdk.tar.gz'), strip: '1', sha256: sha256Of(archive) },
    fetches: () => server.seen.length,
    fail: () => {
      server.otherwise = pretendLength(200_000);
    },
    stall: () => {
      const { promise: reached, resolve } = Promise.withResolvers<void>();
      server.otherwise = stallAfter(200_000, resolve);
      return { reached };
    },
    heal: () => {
      server.otherwise = whole;
      server.cutAll();
    },
    check: ({ outputs, log }: Job) => {
      expect(outputs.identity, log).toBe(`sha256:${sha256Of(archive)}`);
      expect(readFileSync(join(outputs.path ?? '', 'large')).equals(large)).toBe(true);
      expect(existsSync(join(outputs.path ?? '', 'bin/tool'))).toBe(true);
    },
    remains: () => [],
  };
}

producerContract(source);

test('a forgotten strip is told as such, with what the archive holds', async () => {
  const server = await flakyServer(archive);
  const inputs = { key: 'sdk', url: server.url('sdk.tar.gz'), 'add-path': 'bin' };
  const job = await runJob({ root: tempDir(), inputs });
  expect(job.end.code).toBe(1);
  const told = 'name: bin. In it there is: sdk. Write `strip: 1`, which takes sdk off all names.';
  expect(job.log).toContain(told);
  // Where that would not help, nobody is sent that way.
  const other = await runJob({ root: tempDir(), inputs: { ...inputs, 'add-path': 'sbin' } });
  expect(other.log).toContain('name: sbin. In it there is: sdk. Correct the input.');
});

/** A proxy that knows the address of every name: this machine. Tells what it was asked for. */
async function aProxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization']}`);
    response.end('by way of the proxy');
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization']}`);
    const onward = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { url: `http://user:p%40ss@127.0.0.1:${port}`, asked };
}

const credentials = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;

/** An https server for files.example, with a certificate that only its own authority vouches for. */
async function secureServer(): Promise<{ readonly server: FlakyServer; readonly authority: string }> {
  const dir = tempDir();
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Own authority');
  const name = ['-subj', '/CN=files.example', '-addext', 'subjectAltName=DNS:files.example'];
  openssl(
    'req',
    '-x509',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    ...key,
    '-keyout',
    'key.pem',
    '-out',
    'cert.pem',
    ...name,
  );
  const tls = { key: readFileSync(join(dir, 'key.pem'), 'utf8'), cert: readFileSync(join(dir, 'cert.pem'), 'utf8') };
  return { server: await new FlakyServer(archive, tls).listen(), authority: join(dir, 'ca.pem') };
}

test('an https server with a certificate of its own authority is reached through a proxy', async () => {
  const { server, authority } = await secureServer();
  const { url: proxy, asked } = await aProxy();
  const root = tempDir();
  const inputs = {
    url: server.url('sdk.tar.gz', 'files.example'),
    strip: '1',
    headers: 'Authorization: Bearer secret',
  };
  const env = { HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: authority };
  const job = await runJob({ root, inputs, env });
  expect(job.outputs.result, job.log).toBe('built');
  expect(asked).toEqual([`CONNECT files.example:${server.port} ${credentials}`]);
  expect(server.seen[0]?.headers).toMatchObject({
    host: `files.example:${server.port}`,
    authorization: 'Bearer secret',
  });
  expect(job.log).not.toMatch(/p@ss|p%40ss|secret/);
  expect(litter(root)).toEqual([]);
});

test('a certificate that nobody vouches for is refused, with what to do, and without trying again', async () => {
  const { server } = await secureServer();
  const { url: proxy, asked } = await aProxy();
  const inputs = { url: server.url('sdk.tar.gz', 'files.example') };
  const job = await runJob({ root: tempDir(), inputs, env: { https_proxy: proxy } });
  expect(job.end.code, job.log).toBe(1);
  expect(job.log).toMatch(/::error::Fetching ".*" failed: its certificate is not trusted \(.*NODE_EXTRA_CA_CERTS/);
  expect(asked).toHaveLength(1);
  expect(server.seen).toEqual([]);
});

test('an http server is reached through a proxy', async () => {
  const { url: proxy, asked } = await aProxy();
  const inputs = { url: 'http://files.example/a/file', sha256: sha256Of('by way of the proxy') };
  const job = await runJob({ root: tempDir(), inputs, env: { http_proxy: proxy, no_proxy: 'other.example' } });
  expect(job.outputs.result, job.log).toBe('built');
  expect(asked).toEqual([`GET http://files.example/a/file ${credentials}`]);
});

test('a redirect from https to http is followed only where sha256 says what must come', async () => {
  const { server, authority } = await secureServer();
  const { url: proxy } = await aProxy();
  const plain = await flakyServer(archive);
  server.otherwise = redirect(plain.url('sdk.tar.gz'));
  const url = server.url('sdk.tar.gz', 'files.example');
  const env = { https_proxy: proxy, NODE_EXTRA_CA_CERTS: authority };
  const refused = await runJob({ root: tempDir(), inputs: { url }, env });
  expect(refused.log).toContain('failed: the server redirects from https to http; set sha256 to allow that.');
  expect(plain.seen).toEqual([]);
  const job = await runJob({ root: tempDir(), inputs: { url, sha256: sha256Of(archive) }, env });
  expect(job.outputs.result, job.log).toBe('built');
});

const hasXz = spawnSync('xz', ['--version']).error === undefined;

test.skipIf(!hasXz).each(['SIGINT', 'SIGKILL'] as const)(
  `after %s no program that unpacks is left running${hasXz ? '' : ' (not seen: no xz here)'}`,
  async (signal) => {
    const packed = execFileSync('xz', ['-c'], { input: tarOf({ path: 'large', content: large }) });
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const server = await flakyServer(packed, stallAfter(packed.length - 100_000, resolve));
    const root = tempDir();
    const job = startJob({ root, inputs: { url: server.url('large.tar.xz') } });
    await reached;
    const [token = ''] = builds(root);
    while (processesOf(token).length === 0) await nextTurn();
    job.kill(signal);
    await job.ended;
    // Nobody told it: it ends because its pipe has.
    while (processesOf(token).length > 0) await nextTurn();
    if (signal === 'SIGINT') expect(litter(root)).toEqual([]);
  },
);
