import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineOptions } from '../../lock/file/an-engine.ts';

export const PROGRAM = join(import.meta.dirname, '../lock/process.ts');
/** One that uses the lock of a pool, whose address is its `root`. */
export const POOL_PROGRAM = join(import.meta.dirname, '../lock/pool-process.ts');

export interface LockProcessOptions extends Omit<EngineOptions, 'onLine'> {
  readonly root: string;
  /** Of a lock of a pool. */
  readonly leaseMs?: number;
  /** By default {@link PROGRAM}. */
  readonly program?: string;
  /** A program to start Node with. */
  readonly wrapper?: readonly string[];
  /** Arguments for Node before the program, such as `--import x`. */
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Another process that uses a lock; see the programs for what it can be asked. */
export class LockProcess {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  readonly #answers: AsyncIterator<string>;

  constructor({ wrapper = [], nodeArgs = [], env = {}, program = PROGRAM, ...options }: LockProcessOptions) {
    const [command = '', ...args] = [...wrapper, process.execPath, ...nodeArgs, program, JSON.stringify(options)];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
    this.process = child;
    this.ended = new Promise((resolve) => child.once('close', () => resolve()));
    this.#answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  async ask<T>(verb: string, argument = ''): Promise<T> {
    this.process.stdin?.write(`${verb} ${argument}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`it ended instead of answering "${verb}"`);
    return JSON.parse(value) as T;
  }

  /** Claims, and fails unless that was granted; returns the token. */
  async hold(id = ''): Promise<string> {
    const { held, token } = await this.ask<{ held: boolean; token: string }>('claim', id);
    if (!held) throw new Error(`held by ${token}`);
    return token;
  }

  /** The pid of Node itself, as this process sees it, also where a wrapper forked. */
  get pid(): number {
    let pid = this.process.pid ?? 0;
    for (let child: number | undefined = pid; child; child = firstChildOf(pid)) pid = child;
    return pid;
  }

  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.ended;
  }
}

function firstChildOf(pid: number): number | undefined {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]) || undefined;
}
