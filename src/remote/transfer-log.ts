import { shorten } from '../base/format.ts';
import type { Reporter } from '../base/reporter.ts';
import { PROGRESS } from './transfer/order.ts';

/** Most characters of a line that is shown. */
const LINE = 300;
/** Most characters that are kept of a line without an end. */
const MOST_HELD = 64 * 1024;
/** Commands to the runner, as the package that carries prints them. */
const COMMAND = /^::([a-z-]+)(?: [^:]*)?::(.*)$/;

/**
 * Tells a step's log what a transfer prints, its warnings too: what went wrong is said once, at its end, by whoever asked for
 * it.
 */
export class TransferLog {
  readonly #reporter: Reporter;
  readonly #onProgress: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #held = '';
  #last = '';
  #trouble = '';

  /** @param onProgress is given what a transfer says of how far it is */
  constructor(reporter: Reporter, onProgress: (line: string) => void) {
    this.#reporter = reporter;
    this.#onProgress = onProgress;
  }

  /** The last line, for the end of a sentence about a transfer that ended in an unexpected way; may be empty. */
  get last(): string {
    return this.#last === '' ? '' : `: ${this.#last}`;
  }

  /** What went wrong, as the package that carries has put it, for the end of a sentence; may be empty. */
  get trouble(): string {
    return this.#trouble === '' ? '' : `: ${this.#trouble}`;
  }

  add(chunk: Uint8Array): void {
    const lines = (this.#held + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#held = (lines.pop() ?? '').slice(0, MOST_HELD);
    for (const line of lines) this.#tell(line.trimEnd());
  }

  end(): void {
    this.#tell(this.#held.trimEnd());
    this.#held = '';
  }

  #tell(line: string): void {
    if (line === '') return;
    if (line.startsWith(PROGRESS)) {
      this.#onProgress(line.slice(PROGRESS.length));
      return;
    }
    const [, command, text = line] = COMMAND.exec(line) ?? [];
    const shown = shorten(text, LINE);
    const isTrouble = command === 'warning' || command === 'error';
    if (isTrouble) this.#trouble = shown.replace(/\.$/, '');
    if (text.startsWith('[command]')) this.#reporter.debug(`remote: ${shown}`);
    // What is to be masked must not be shown, and a debug line may hold a signed address.
    else if (command === undefined || isTrouble) this.#reporter.info(`remote: ${shown}`);
    if (command === undefined || isTrouble) this.#last = shown;
  }
}
