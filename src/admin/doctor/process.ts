import { type ChildProcess, fork } from 'node:child_process';
import { within } from '../../base/wait.ts';
import { CONTENDER, type Post, type Report, type Task } from './protocol.ts';

/** The doctor's end of a contender process. Disposing of it kills the process. */
export class Contender implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #reports: Report[] = [];
  readonly #closed: Promise<void>;
  #ended = false;
  #errorOutput = '';
  #listeners: (() => void)[] = [];

  /**
   * Starts this program once more.
   * @param signal kills the process when it aborts
   * @param onReport gets each report as it comes
   */
  constructor(task: Task, post: Post, signal: AbortSignal, onReport: (report: Report) => void = () => {}) {
    const [, program = ''] = process.argv;
    const args = ['doctor', CONTENDER, task, JSON.stringify(post)];
    this.#child = fork(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], signal, killSignal: 'SIGKILL' });
    this.#child.on('message', (report: Report) => {
      if (report.type !== 'claimed') this.#reports.push(report);
      onReport(report);
      this.#wake();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorOutput = `${this.#errorOutput}${text}`.slice(-2000);
    });
    this.#closed = new Promise((resolve) => {
      const end = () => {
        this.#ended = true;
        this.#wake();
        resolve();
      };
      this.#child.once('close', end).on('error', (error) => {
        // A process that could not be started has no other event. One that `signal` kills is closed a moment later.
        if (this.#child.pid !== undefined) return;
        this.#errorOutput = error.message;
        end();
      });
    });
  }

  /** Why the process failed or ended, for people; undefined if it still works. */
  get failure(): string | undefined {
    const failed = this.#reports.find((report) => report.type === 'failed');
    if (failed !== undefined) return failed.why;
    return this.#ended ? `A process of the check ended: ${lastError(this.#errorOutput)}` : undefined;
  }

  /**
   * Resolves with the report of that type, which may have come already.
   * @throws Error with `failure` as its message
   */
  async hear<Type extends Report['type']>(type: Type): Promise<Report & { readonly type: Type }> {
    for (;;) {
      const found = this.#reports.find((report) => report.type === type);
      if (found !== undefined) return found as Report & { readonly type: Type };
      if (this.failure !== undefined) throw new Error(this.failure);
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  /** Resolves when the process is gone, or after 1 s: one that hangs in a call to the disk ends when the disk answers. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await within(this.#closed, 1000);
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.stderr?.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #wake(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

function lastError(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1) ?? 'it printed nothing';
}
