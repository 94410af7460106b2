import { type ChildProcess, fork } from 'node:child_process';
import { atMost } from './at-most.ts';
import { type Answer, CONTENDER, type Order, type Post } from './protocol.ts';

/** A contender as the doctor sees it. */
export class Contender {
  readonly #child: ChildProcess;
  readonly #answers: Answer[] = [];
  readonly #ended: Promise<void>;
  #over = false;
  #complaint = '';
  #listeners: (() => void)[] = [];

  /** Starts this very program once more. `onTook` is told of each lock that it takes over. */
  constructor(post: Post, onTook: () => void = () => {}) {
    const [, program = ''] = process.argv;
    this.#child = fork(program, [CONTENDER, JSON.stringify(post)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child.on('message', (answer) => {
      if ((answer as Answer).said === 'took') onTook();
      else this.#answers.push(answer as Answer);
      this.#wake();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = `${this.#complaint}${text}`.slice(-2000);
    });
    this.#ended = new Promise((resolve) => {
      const end = (error?: Error | number | null) => {
        if (error instanceof Error) this.#complaint = error.message;
        this.#over = true;
        this.#wake();
        resolve();
      };
      this.#child.once('close', end).once('error', end);
    });
  }

  order(order: Order): void {
    if (this.#child.connected) this.#child.send(order);
  }

  /** Resolves with the next answer of that kind, whether it came already or not; rejects when the process fails or ends without. */
  async hear<Said extends Answer['said']>(said: Said): Promise<Answer & { readonly said: Said }> {
    for (;;) {
      const index = this.#answers.findIndex((answer) => answer.said === said);
      if (index >= 0) return this.#answers.splice(index, 1)[0] as Answer & { readonly said: Said };
      const failed = this.#answers.find((answer) => answer.said === 'failed');
      if (failed !== undefined) throw new Error(failed.why);
      if (this.#over) throw new Error(`A process of the check ended: ${lastLine(this.#complaint)}`);
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  /** Resolves when it is gone; one that hangs in the kernel is left behind, and ends when its disk answers. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await atMost(1000, this.#ended);
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.stderr?.destroy();
  }

  #wake(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1) ?? 'without a word';
}
