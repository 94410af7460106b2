import { formatBytes, formatDuration } from '../../../base/format.ts';
import type { Reporter } from '../../../base/reporter.ts';
import { stopwatch } from '../../../base/wait.ts';

const FIRST_MS = 5000;
/** After a minute, lines come less often. */
const LATER_MS = 30_000;

/** Prints the progress of a download every few seconds. */
export class Progress {
  readonly #print: Reporter['info'];
  readonly #elapsed = stopwatch();
  readonly #everyMs: number;
  #next: number;
  #bytes = 0;
  /** Bytes in all; undefined if the server does not say. */
  total: number | undefined;

  constructor(print: Reporter['info'], everyMs = FIRST_MS) {
    this.#print = print;
    this.#everyMs = everyMs;
    this.#next = everyMs;
  }

  /** Bytes so far. */
  get received(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    const ms = this.#elapsed();
    if (ms < this.#next) return;
    this.#next = ms + (ms < 60_000 ? this.#everyMs : LATER_MS);
    this.#print(`${this.#share()}, ${this.#rate(ms)}${this.#left(ms)}`);
  }

  /** Bytes, duration and rate of the whole download. */
  summary(): string {
    const ms = this.#elapsed();
    return `${formatBytes(this.#bytes)} in ${formatDuration(ms)} (${this.#rate(ms)})`;
  }

  #share(): string {
    if (this.total === undefined || this.total === 0) return formatBytes(this.#bytes);
    const percent = Math.floor((100 * this.#bytes) / this.total);
    return `${formatBytes(this.#bytes)} of ${formatBytes(this.total)} (${percent} %)`;
  }

  #rate(ms: number): string {
    return `${formatBytes((1000 * this.#bytes) / Math.max(ms, 1))}/s`;
  }

  #left(ms: number): string {
    if (this.total === undefined || this.#bytes === 0) return '';
    return `, ${formatDuration((ms * (this.total - this.#bytes)) / this.#bytes)} left`;
  }
}
