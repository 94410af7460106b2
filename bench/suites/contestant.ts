import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROBES = join(import.meta.dirname, '../probes');

/** The locks that are compared. */
export type Kind = 'ours' | 'stock' | 'flock';

/** The locks that work on this machine. */
export function kindsHere(): Kind[] {
  const flock = spawnSync('flock', ['--version']).status === 0;
  return flock ? ['ours', 'stock', 'flock'] : ['ours', 'stock'];
}

/** A process that uses a lock on orders. */
export class Contestant {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(kind: Kind, dir: string) {
    const [program, ...args]: [string, ...string[]] =
      kind === 'flock'
        ? ['bash', '--norc', join(PROBES, 'lock.sh'), join(dir, 'flock')]
        : [process.execPath, join(PROBES, 'lock.ts'), kind, dir];
    const env = { ...process.env, LC_ALL: 'C' };
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout ?? process.stdin })[Symbol.asyncIterator]();
  }

  static async start(kind: Kind, dir: string): Promise<Contestant> {
    const started = new Contestant(kind, dir);
    await started.hear('ready');
    return started;
  }

  static startAll(count: number, kind: Kind, dir: string): Promise<Contestant[]> {
    return Promise.all(Array.from({ length: count }, () => Contestant.start(kind, dir)));
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** The numbers of the next answer. Throws if it does not begin with `word`. */
  async hear(word: string): Promise<number[]> {
    const { value, done } = await this.#lines.next();
    const [first, ...numbers] = String(value ?? '').split(' ');
    if (done || first !== word) throw new Error(`a process answered "${value}" instead of "${word}"`);
    return numbers.map(Number);
  }

  /** Sends an order, and returns the number of the answer. */
  async ask(line: string, word: string): Promise<number> {
    this.tell(line);
    return (await this.hear(word))[0] ?? Number.NaN;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}
