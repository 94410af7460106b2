import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { EPOCH } from '../src/lock/redis/keys.ts';

/** A server that decides who builds. */
export interface Redis {
  /** For the input `pool`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The program of a server on this machine; undefined if there is none. */
export function redisProgram(): string | undefined {
  return ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
}

/**
 * Starts a server that keeps nothing.
 * @param program the command
 * @param dir the folder in which it runs
 * @throws Error with what it printed, if it does not start
 */
export async function startRedis(program: string, dir: string): Promise<Redis> {
  const port = await freePort();
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', dir];
  // In a process group of its own: Ctrl-C reaches the jobs, which need the server until they have ended.
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  process.once('exit', () => server.kill('SIGKILL'));
  await ready(server, program);
  await settle(port);
  return { url: `redis://127.0.0.1:${port}`, stop: () => stop(server) };
}

async function ready(server: ChildProcess, program: string): Promise<void> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stdout ?? process.stdin })) {
    lines.push(line);
    if (line.includes('Ready to accept connections')) break;
  }
  if (!lines.at(-1)?.includes('Ready')) throw new Error(`${program} does not start:\n${lines.join('\n')}`);
  server.stdout?.resume();
}

/** A server that has just started lets nobody in for one lease: it may have forgotten who builds. This one has not. */
async function settle(port: number): Promise<void> {
  const told = await ask(port, 'INFO replication');
  const [, id = ''] = /master_replid:(\w+)/.exec(told) ?? [];
  await ask(port, `SET ${EPOCH} "${id} 1"`);
}

async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(`${command}\r\nQUIT\r\n`);
  let told = '';
  for await (const text of socket) told += text;
  return told;
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
