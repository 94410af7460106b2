import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stopwatch } from '../../../src/base/wait.ts';
import { isClaim } from '../../../src/lock/engine.ts';
import { PoolTrouble, type TroubleKind } from '../../../src/lock/redis/trouble.ts';
import { tempDir } from '../../harness/job/job.ts';
import { freePort, redisPrograms, TestRedis } from '../../harness/servers/redis.ts';
import { selfSigned } from '../../harness/servers/tls.ts';
import { ASKER } from '../asker.ts';
import { type EngineOptions, ID, openEngine } from './an-engine.ts';

const SECRET = 'hunter2-%$&';

/** What a claim fails with; it takes 5 s at most. */
async function trouble(url: string, options: EngineOptions = {}): Promise<PoolTrouble> {
  const since = stopwatch();
  const lines: string[] = [];
  const engine = openEngine(url, { commandMs: 500, onLine: (line) => lines.push(line), ...options });
  const error = await engine.claim(ID, ASKER).catch((failed: unknown) => failed);
  if (!(error instanceof PoolTrouble)) throw new Error(`no trouble: ${error}`);
  expect(since()).toBeLessThan(5000);
  expect(error.code).toBe('POOL_UNUSABLE');
  expect(error.message).toMatch(/^The pool's server rediss?:\/\/[^ ]+:\d+\/\d+ cannot be used: [^\n]+[^.]\.$/);
  expect([error.message, error.stack, JSON.stringify(error), ...lines].join()).not.toContain('hunter2');
  return error;
}

/** A server that does with each connection what it is told. */
async function listener(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

describe('what cannot be a pool is told in one sentence', () => {
  const told = async (place: string, kind: TroubleKind, words: string, scheme = 'redis') => {
    const error = await trouble(`${scheme}://${place}`, { password: SECRET });
    expect([error.kind, error.message]).toEqual([kind, expect.stringContaining(words)]);
    expect(error.message).toContain(place);
  };

  test('nobody listens', async () => told(`127.0.0.1:${await freePort()}`, 'refused', 'nothing listens there'));
  test('an unknown host', async () => told('no-such-host.invalid:6379', 'unknown-host', 'its name is not known here'));
  test('a server that says nothing', async () => {
    await told(await listener(() => {}), 'silent', 'did not answer within 500 ms');
  });
  test('one that says nothing, with TLS', async () => {
    await told(await listener(() => {}), 'silent', 'did not answer within 500 ms', 'rediss');
  });
  test('one of the web, with TLS', async () => {
    const page = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
    await told(
      await listener((socket) => socket.once('data', () => socket.end(page))),
      'tls',
      'Write redis://',
      'rediss',
    );
  });
  test('one that closes every connection', async () => {
    await told(await listener((socket) => socket.destroy()), 'closed', 'closed the connection');
  });
  test('one that closes it when it is spoken to', async () => {
    await told(
      await listener((socket) => socket.once('data', () => socket.destroy())),
      'closed',
      'closed the connection',
    );
  });
  test('one of the web', async () => {
    const page = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
    await told(await listener((socket) => socket.once('data', () => socket.end(page))), 'not-redis', 'no Redis server');
  });
  test('one that greets', async () => {
    await told(await listener((socket) => socket.write('220 mail ready\r\n')), 'not-redis', 'no Redis server');
  });
});

for (const program of redisPrograms) {
  describe(`${program.name}: what is wrong with a server is told in one sentence`, () => {
    const told = async (url: string, kind: TroubleKind, words: string, options?: EngineOptions) => {
      const error = await trouble(url, options);
      expect([error.kind, error.message]).toEqual([kind, expect.stringContaining(words)]);
    };

    test('a password is missing, is wrong, or is one too many', async () => {
      const server = await TestRedis.start(program, '--requirepass', 'right');
      await told(server.url, 'no-auth', '(NOAUTH). Give it by `pool-password`');
      await told(server.url, 'wrong-pass', '(WRONGPASS)', { password: SECRET });
      await told(`redis://ci@127.0.0.1:${server.port}`, 'wrong-pass', '(WRONGPASS)', { password: SECRET });
      const open = await TestRedis.start(program);
      await told(open.url, 'wrong-pass', 'a password is given, and this user has none', { password: SECRET });
    });

    test('the right password, user and database are fine', async () => {
      const server = await TestRedis.start(program, '--user', 'ci', 'on', `>${SECRET}`, '~*', '&*', '+@all');
      server.settle();
      server.ask('-n', '3', 'SET', 'build-once:v1:epoch', server.ask('GET', 'build-once:v1:epoch'));
      const engine = openEngine(`redis://ci@127.0.0.1:${server.port}/3`, { password: SECRET });
      await using claim = (await engine.claim(ID, ASKER)) as AsyncDisposable;
      expect(isClaim(claim as never)).toBe(true);
      expect(server.ask('-n', '3', 'KEYS', '*lock')).toBe(`build-once:v1:{${ID}}:lock`);
    });

    test('a user may not do what a pool needs', async () => {
      const server = await TestRedis.start(program, '--user', 'ci', 'on', '>p', '~other:*', '+@all');
      await told(`redis://ci:p@127.0.0.1:${server.port}`, 'no-permission', '(NOPERM)');
      server.ask('ACL', 'SETUSER', 'ci', 'resetkeys', '~*', '-eval');
      await told(`redis://ci:p@127.0.0.1:${server.port}`, 'no-permission', '(NOPERM)');
    });

    test('there is no such database, or something of somebody else', async () => {
      const server = await TestRedis.start(program);
      await told(`${server.url}/99`, 'other', 'no database of that number');
      server.settle();
      server.ask('HSET', `build-once:v1:{${ID}}:lock`, 'a', 'b');
      await told(server.url, 'wrong-type', 'something of somebody else (WRONGTYPE)');
    });

    test('it has no memory left, or is a replica', async () => {
      const server = await TestRedis.start(program);
      server.settle();
      server.ask('CONFIG', 'SET', 'maxmemory', '1');
      await told(server.url, 'out-of-memory', '(OOM)');
      server.ask('CONFIG', 'SET', 'maxmemory', '0');
      const replica = await TestRedis.start(program, '--replicaof', '127.0.0.1', `${server.port}`);
      await told(replica.url, 'read-only', 'Name the primary');
    });

    // The Valkey of PyPI is built without TLS.
    test.runIf(program.name === 'redis')('TLS fails', async () => {
      const { key, cert } = selfSigned(tempDir());
      const tls = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no'];
      const port = await freePort();
      const server = await TestRedis.start(program, '--tls-port', `${port}`, '--tls-ca-cert-file', cert, ...tls);
      await told(`rediss://127.0.0.1:${port}`, 'tls', '(DEPTH_ZERO_SELF_SIGNED_CERT). Let NODE_EXTRA_CA_CERTS name');
      await told(`redis://127.0.0.1:${port}`, 'closed', 'may be one for TLS');
      await told(`rediss://127.0.0.1:${server.port}`, 'silent', 'does not speak TLS at that port');
    });

    test('it hangs: each command ends in time, also one that is sent in an old connection', async () => {
      const server = await TestRedis.start(program);
      server.settle();
      const stop = new AbortController();
      const engine = openEngine(server.url, { commandMs: 300, signal: stop.signal });
      expect(await engine.holder(ID)).toBeUndefined();
      stop.abort();
      server.signal('SIGSTOP');
      onTestFinished(() => server.signal('SIGCONT'));
      const since = stopwatch();
      const asked = [engine.holder(ID), engine.claim(ID, ASKER), engine.alive(ID, '0123456789ab')];
      for (const answer of await Promise.allSettled(asked)) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { kind: 'silent' } });
      }
      expect(since()).toBeGreaterThan(250);
      expect(since()).toBeLessThan(3000);
    });
  });
}
