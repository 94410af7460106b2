import { formatBytes, formatDuration, shorten } from '../base/format.ts';
import type { Phase } from './transfer/order.ts';

/** How slow a transfer may be. */
export interface Patience {
  /** Longest time, in ms, in which fewer than `leastBytes` may move. */
  readonly ms: number;
  readonly leastBytes: number;
}

/** Two minutes, in which less than 1 MB moves: see ADR 33. */
export const PATIENCE: Patience = { ms: 120_000, leastBytes: 1_000_000 };

/** Longest time, in ms, until a transfer says that it has begun. */
const START_MS = 60_000;

const PHASES: Readonly<Record<Phase, (server: string) => string>> = {
  pack: () => 'it was packed',
  ask: (server) => `${server} was asked for it`,
  send: (server) => `it was sent to ${server}`,
  fetch: (server) => `it was fetched from ${server}`,
  unpack: () => 'it was unpacked',
};

/**
 * Aborts when a transfer stands still: when it has not begun another phase, moved `leastBytes` over the network, or worked
 * on this host's own disk, for the time of a {@link Patience}. A slow transfer of a large build goes on, however long.
 */
export class Standstill {
  readonly #patience: Patience;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #phase: Phase | undefined;
  #server = '';
  /** Bytes over the network when it last moved, and now. */
  #before = 0;
  #bytes = 0;

  constructor(patience: Patience) {
    this.#patience = patience;
    this.#wait(START_MS);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** What it was at, and for how long, for the end of a sentence. */
  get why(): string {
    if (this.#phase === undefined) return `its process did not start within ${formatDuration(START_MS)}`;
    const bytes = this.#bytes - this.#before;
    const moved = bytes === 0 ? 'nothing' : `only ${formatBytes(bytes)}`;
    const doing = PHASES[this.#phase](this.#server || 'the server');
    return `${moved} moved for ${formatDuration(this.#patience.ms)} while ${doing}`;
  }

  /** @param line what a transfer says of how far it is, without the mark that it begins with */
  hear(line: string): void {
    const [, phase = '', local, bytes = '0', server = ''] = /^(\w+) (?:(local)|(\d+)) (.*)$/.exec(line) ?? [];
    if (!isPhase(phase)) return;
    if (local === undefined) this.#bytes = Number(bytes);
    if (phase !== this.#phase || local !== undefined || this.#bytes - this.#before >= this.#patience.leastBytes) {
      this.#wait(this.#patience.ms);
      this.#before = this.#bytes;
    }
    this.#phase = phase;
    this.#server = shorten(server);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Aborts in so many ms, unless it is called again before. */
  #wait(ms: number): void {
    clearTimeout(this.#timer);
    // Timers run before I/O: if this process was held up, what the transfer has said may be there unread.
    const timer = setTimeout(() => setImmediate(() => this.#timer === timer && this.#over.abort()), ms);
    this.#timer = timer;
  }
}

function isPhase(word: string): word is Phase {
  return Object.hasOwn(PHASES, word);
}
