import { shorten } from '../../base/format.ts';
import { stopwatch } from '../../base/wait.ts';

const EVERY_MS = 5000;
const LENGTH = 300;

/**
 * Prints what git says line by line. Its progress, which overwrites itself many times a second on a terminal, is shown
 * every 5 s, so that a long fetch is seen to move and a log stays short.
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
      if (line.endsWith('\n')) this.#say(line);
      else this.#progress(line);
    }
  }

  /** Prints what came without an end of its line. */
  end(): void {
    this.#say(this.#rest);
    this.#rest = '';
  }

  #progress(line: string): void {
    if (this.#sinceProgress() < EVERY_MS) return;
    this.#sinceProgress = stopwatch();
    this.#say(line);
  }

  #say(line: string): void {
    // Sideband lines are padded so that they cover a longer one; names are UTF-8, cut nowhere but at their line's end.
    const text = Buffer.from(line, 'latin1').toString('utf8').trimEnd();
    // Never at the start of a line: there a server's words would be commands to the runner.
    if (text !== '') this.#print(`git: ${shorten(text, LENGTH)}`);
  }
}
