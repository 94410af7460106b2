import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Ledger } from './ledger.ts';
import type { Orders, Word } from './words.ts';

const PROGRAM = join(import.meta.dirname, 'worker.ts');

/** A process of a storm, from outside. */
export class Worker {
  readonly name: string;
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** Resolves when it has ended, and all it said was heard. */
  readonly ended: Promise<void>;
  /** It takes part: worth a kill. */
  ready = false;
  /** It has claimed a lock, and has not said yet what came of it. */
  holding = false;
  stopped = false;
  readonly #ledger: Ledger;

  /** @param wrapper a program to start Node with; must not fork */
  constructor(orders: Orders, wrapper: readonly string[], env: NodeJS.ProcessEnv, ledger: Ledger) {
    const [program = '', ...args] = [...wrapper, process.execPath, PROGRAM, JSON.stringify(orders)];
    this.name = orders.name;
    this.#ledger = ledger;
    this.process = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.ended = this.#listen();
  }

  async #listen(): Promise<void> {
    const closed = once(this.process, 'close');
    for await (const line of createInterface(this.process.stdout)) this.#hear(JSON.parse(line) as Word);
    const [code] = await closed;
    this.ready = false;
    this.holding = false;
    // Killed ones have none.
    if (code !== 0 && code !== null) this.#hear({ what: 'error', why: `${this.name} ended with code ${code}` });
  }

  #hear(word: Word): void {
    if (word.what === 'ready') this.ready = true;
    if (['claimed', 'step', 'failed build', 'error'].includes(word.what)) this.holding = word.what === 'claimed';
    this.#ledger.note(this.name, word);
  }
}
