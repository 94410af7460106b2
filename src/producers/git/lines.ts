import { shorten } from '../../base/format.ts';
import { stopwatch } from '../../base/wait.ts';

const EVERY_MS = 5000;
const LENGTH = 300;

/**
 * Prints git's output line by line. Progress, which overwrites itself many times a second on a terminal, is printed every
 * 5 s, so that a long fetch shows progress and the log stays short.
 */
export class Lines {
  readonly #print: (line: string) => void;
  #rest = '';
  #sinceProgress = stopwatch();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  push(chunk: Uint8Array): void {
    const text = this.#rest + Buffer.from(chunk).toString('latin1');
    const whole = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    this.#rest = text.slice(whole).slice(-LENGTH);
    for (const [line] of text.slice(0, whole).matchAll(/[^\r\n]*[\r\n]/g)) {
      if (line.endsWith('\n')) this.#printLine(line);
      else this.#progress(line);
    }
  }

  /** Prints the last line, if it has no line end. */
  end(): void {
    this.#printLine(this.#rest);
    this.#rest = '';
  }

  #progress(line: string): void {
    if (this.#sinceProgress() < EVERY_MS) return;
    this.#sinceProgress = stopwatch();
    this.#printLine(line);
  }

  #printLine(line: string): void {
    // git pads lines of the server so that they cover a longer one. Decoded by whole lines, so no character is cut.
    const text = Buffer.from(line, 'latin1').toString('utf8').trimEnd();
    // With a prefix: at the start of a line the server's text could be a workflow command.
    if (text !== '') this.#print(`git: ${shorten(text, LENGTH)}`);
  }
}
