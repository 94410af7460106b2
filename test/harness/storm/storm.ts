import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deadline, deadlineIn, monotonicMs, sleep } from '../../../src/base/wait.ts';
import { Ledger, type StormReport } from './ledger.ts';
import { Worker } from './process.ts';
import type { Side } from './side.ts';
import { type Fault, keysAt, type Last, type Orders } from './words.ts';

export interface StormOptions {
  /** Processes are spread over them in turn; their wrappers must not fork, for what they start is killed by its pid. */
  readonly sides: readonly Side[];
  readonly seconds: number;
  /** Processes at a time; 8 unless told. */
  readonly workers?: number;
  /** Keys in use at a time; 3 unless told. */
  readonly keys?: number;
  /** Milliseconds for which a key is in use; 5,000 unless told. */
  readonly generationMs?: number;
  /** Milliseconds between two kills, on average; 250 unless told. */
  readonly killEveryMs?: number;
  /** Stops processes for `forMs` with SIGSTOP; for a storm with a `staleMs` well below that. */
  readonly stops?: { readonly everyMs: number; readonly forMs: number };
  /** Milliseconds; by default what the action has. Each process that lives must get through a heartbeat in this time. */
  readonly staleMs?: number;
  readonly fault?: Fault;
}

/**
 * Processes that claim, build and publish on few keys, step after step, while they are killed at random moments and
 * replaced by new ones. Whoever holds a lock proves that it is alone; whoever is handed a build checks that it is whole.
 * At the end one more step with each key shows what is stuck and what is left.
 */
export async function storm(options: StormOptions): Promise<StormReport> {
  const crowd = new Crowd(options);
  try {
    await crowd.gather();
    await crowd.rage();
    await crowd.calmDown();
    return await crowd.report();
  } finally {
    crowd.end();
  }
}

/** Time for the workers to end their steps, and for the last look, in milliseconds. */
const LIMIT_MS = 120_000;

class Crowd {
  readonly #options: StormOptions;
  readonly #home = mkdtempSync(join(tmpdir(), 'build-once-storm-'));
  readonly #since = monotonicMs();
  readonly #ledger: Ledger;
  readonly #workers = new Set<Worker>();
  readonly #common: Pick<Orders, 'since' | 'keys' | 'generationMs' | 'staleMs' | 'fault'>;
  #started = 0;
  #over = true;

  constructor(options: StormOptions) {
    const { staleMs, fault, keys = 3, generationMs = 5000 } = options;
    this.#options = options;
    // Half of it: the last heartbeat before the stop may have been a late one.
    this.#ledger = new Ledger(staleMs && staleMs / 2);
    // Keys go out of use after a while: builds that were published are never removed, and would pile up.
    this.#common = { since: this.#since, keys, generationMs, staleMs, fault };
  }

  /** Starts the workers, once a first process has left for them what Node compiled: most of the time goes into that. */
  async gather(): Promise<void> {
    await this.#look({ keys: ['storm-first'], builds: [] });
    this.#over = false;
    for (let count = 0; count < (this.#options.workers ?? 8); count++) this.#start();
  }

  /** Kills, and stops, for as long as the storm lasts. */
  async rage(): Promise<void> {
    const { seconds, killEveryMs = 250, stops } = this.#options;
    const left = deadlineIn(1000 * seconds);
    // Every other time one of those that hold a lock: on a slow machine most are busy with their own start.
    // None that is stopped: it is to be robbed, and to find that out when it goes on.
    const ready = (worker: Worker) => worker.ready && !worker.stopped;
    const holder = () => (Math.random() < 0.5 ? this.#oneOf((each) => ready(each) && each.holding) : undefined);
    const kill = () => this.#kill(holder() ?? this.#oneOf(ready));
    const stop = (forMs: number) =>
      void this.#stop(
        this.#oneOf(({ holding, stopped }) => holding && !stopped),
        forMs,
      );
    const every = [strike(left, killEveryMs, kill)];
    if (stops !== undefined) every.push(strike(left, stops.everyMs, () => stop(stops.forMs)));
    await Promise.all(every);
  }

  /** Lets everybody end what it is doing. */
  async calmDown(): Promise<void> {
    this.#over = true;
    for (const { process } of this.#workers) {
      process.kill('SIGCONT');
      process.stdin?.end();
    }
    const all = Promise.all([...this.#workers].map(({ ended }) => ended));
    const late = new AbortController();
    await Promise.race([all, sleep(LIMIT_MS, late.signal)]);
    late.abort();
    for (const { name } of this.#workers) this.#ledger.note(name, { what: 'error', why: `${name} does not end` });
  }

  async report(): Promise<StormReport> {
    const lastMs = monotonicMs() - this.#since;
    const generations = Math.ceil(lastMs / this.#common.generationMs);
    const keys = Array.from({ length: generations }, (_, index) =>
      keysAt(index * this.#common.generationMs, this.#common),
    ).flat();
    // Of one that was killed between its record and the lock, another host cannot tell for 10 minutes that it is dead.
    for (const side of this.#options.sides) await this.#look({ keys, builds: this.#ledger.builds }, side);
    return this.#ledger.report(endOrphans(`STORM=${this.#home}`));
  }

  /** One more step with each of the keys, by a process that is alone. */
  async #look(last: Last, side?: Side): Promise<void> {
    const file = join(this.#home, 'last.json');
    writeFileSync(file, JSON.stringify(last));
    await this.#start(file, side).ended;
  }

  /** Ends whoever is left. */
  end(): void {
    this.#over = true;
    for (const { process } of this.#workers) process.kill('SIGKILL');
    rmSync(this.#home, { recursive: true, force: true });
  }

  #oneOf(which: (worker: Worker) => boolean): Worker | undefined {
    const found = [...this.#workers].filter(which);
    return found[Math.floor(found.length * Math.random())];
  }

  #kill(worker: Worker | undefined): void {
    if (worker === undefined) return;
    worker.ready = false;
    this.#ledger.killed(worker.name);
    worker.process.kill('SIGKILL');
  }

  async #stop(worker: Worker | undefined, forMs: number): Promise<void> {
    if (worker === undefined) return;
    const continued = this.#ledger.stopped(worker.name);
    worker.stopped = true;
    worker.process.kill('SIGSTOP');
    await sleep(forMs);
    continued();
    worker.process.kill('SIGCONT');
    worker.stopped = false;
  }

  #start(last?: string, own?: Side): Worker {
    const name = `${last === undefined ? 'worker' : 'last'}-${++this.#started}`;
    const side = own ?? this.#options.sides[this.#started % this.#options.sides.length];
    if (side === undefined) throw new Error('a storm needs a side');
    const temp = join(this.#home, name);
    mkdirSync(temp);
    const orders: Orders = { ...this.#common, name, root: side.root, temp, ...(last && { last }) };
    const env = { PATH: process.env.PATH, STORM: this.#home, NODE_COMPILE_CACHE: join(this.#home, 'compiled') };
    const worker = new Worker(orders, side.wrapper, env, this.#ledger);
    this.#workers.add(worker);
    void worker.ended.then(() => this.#replace(worker));
    return worker;
  }

  #replace(worker: Worker): void {
    this.#workers.delete(worker);
    // Only a killed one: what cannot even start must not be started for ever.
    if (!this.#over && worker.process.signalCode !== null) this.#start();
  }
}

/** Ends all processes whose environment holds `line`; returns what they were. */
function endOrphans(line: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && linesOf(name, 'environ').includes(line));
  const commands = pids.map((pid) => linesOf(pid, 'cmdline').join(' ').trim());
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  return commands;
}

function linesOf(pid: string, file: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/** Does something at random moments, until the time is up. */
async function strike(time: Deadline, everyMs: number, what: () => void): Promise<void> {
  while (time.left() > 0) {
    await sleep(Math.min(-everyMs * Math.log(1 - Math.random()), Math.max(time.left(), 0)));
    what();
  }
}
