import { type Phase, PROGRESS } from './order.ts';
import { Traffic } from './traffic.ts';

/** How often, in ms, a transfer says how far it is. */
const EVERY_MS = 500;
/** Phases that wait for no server. */
const LOCAL: readonly (Phase | undefined)[] = ['pack', 'unpack'];

/** Says on standard output how far a transfer is, for the step that ordered it. A process has one. */
export class Progress {
  readonly #traffic = new Traffic();
  #phase: Phase | undefined;

  constructor() {
    setInterval(() => this.#tell(), EVERY_MS).unref();
  }

  begin(phase: Phase): void {
    this.#phase = phase;
    this.#tell();
  }

  #tell(): void {
    if (this.#phase === undefined) return;
    const { bytes, to } = this.#traffic;
    process.stdout.write(`${PROGRESS}${this.#phase} ${this.#isLocal ? 'local' : bytes} ${to}\n`);
  }

  /** The package that carries packs and unpacks with `tar`: while that runs, no server is waited for. */
  get #isLocal(): boolean {
    return LOCAL.includes(this.#phase) || process.getActiveResourcesInfo().includes('ProcessWrap');
  }
}
