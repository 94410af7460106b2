import { formatBytes, formatDuration } from '../../base/format.ts';
import type { Reporter } from '../../base/reporter.ts';
import { stopwatch } from '../../base/wait.ts';

const FIRST_MS = 5000;
/** After a minute, a line less often. */
const LATER_MS = 30_000;

/** Tells every few seconds how far a download is. */
export class Progress {
  readonly #say: Reporter['info'];
  readonly #elapsed = stopwatch();
  readonly #everyMs: number;
  #next: number;
  #bytes = 0;
  /** Bytes in all; undefined where the server does not tell. */
  total: number | undefined;

  constructor(say: Reporter['info'], everyMs = FIRST_MS) {
    this.#say = say;
    this.#everyMs = everyMs;
    this.#next = everyMs;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    const ms = this.#elapsed();
    if (ms < this.#next) return;
    this.#next = ms + (ms < 60_000 ? this.#everyMs : LATER_MS);
    this.#say(`${this.#share()}, ${this.#rate(ms)}${this.#left(ms)}`);
  }

  /** What it came to. */
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
