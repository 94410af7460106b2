import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ownerFile, recordFile } from '../../../src/lock/file/folders.ts';
import { type HolderRecord, here } from '../../../src/lock/file/record.ts';
import { ASKER } from '../../lock/asker.ts';
import { ID } from '../../lock/file/an-engine.ts';
import { keyPaths, makeKeyDirs } from '../disks/key-paths.ts';
import { type Side, sideOf } from './side.ts';

const WORKER = join(import.meta.dirname, 'stress-worker.ts');
const DEAD = 'dead00000000';

export interface StressOptions {
  /** The first is the one on which each trial is prepared; the processes are spread over all of them. */
  readonly sides: readonly Side[];
  readonly processes: number;
  readonly trials: number;
  /**
   * Whose lock they take over: `dead` held ours and has ended on this host, `silent` held ours and is another host's,
   * so that only its heartbeat tells, `stock` held the lock of proper-lockfile as it is, which is the control.
   */
  readonly holder: 'dead' | 'silent' | 'stock';
  /** Milliseconds of silence that make a holder dead; by default the engine's own. */
  readonly staleMs?: number;
  /** Ends after that many trials with two inside, for a control that need not count them; by default it goes on. */
  readonly enough?: number;
  /** Whether the lock is told that the disk is a network's; by default no. */
  readonly network?: boolean;
}

export interface StressReport extends Pick<StressOptions, 'processes' | 'holder'> {
  /** As many as were made. */
  readonly trials: number;
  /** Trials in which two were inside at once. */
  readonly violations: number;
  /** Milliseconds for all trials, without the start of the processes. */
  readonly ms: number;
}

/** Lets many processes, all at one moment, take a lock that its holder left behind, one trial after the other. */
export async function stress(options: StressOptions): Promise<StressReport> {
  const { sides, processes, holder, enough = Infinity } = options;
  await using crowd = new Crowd(options);
  const parent = mkdtempSync(join(sideOf(sides, 0).root, 'stress-'));
  try {
    await crowd.ready();
    const began = performance.now();
    let [trials, violations] = [0, 0];
    for (; trials < options.trials && violations < enough; trials++) {
      const root = mkdtempSync(join(parent, 'trial-'));
      leaveLock(root, holder);
      if ((await crowd.trial(join(basename(parent), basename(root)))) > 0) violations += 1;
    }
    return { processes, trials, holder, violations, ms: performance.now() - began };
  } finally {
    await crowd[Symbol.asyncDispose]();
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** For people: what came of it, and how long it took. */
export function describeStress({ processes, trials, holder, violations, ms }: StressReport): string {
  const what = {
    dead: 'ours, a dead holder of this host',
    silent: 'ours, a silent holder elsewhere',
    stock: 'stock proper-lockfile, a stale lock',
  };
  return `${what[holder]}, ${processes} processes: two inside in ${violations} of ${trials} trials (${(ms / 1000).toFixed(1)} s)`;
}

/** Many processes that take the lock of one trial after the other, all at the same moment. */
class Crowd implements AsyncDisposable {
  readonly #children: readonly ChildProcess[];
  readonly #answers: readonly AsyncIterator<string>[];
  readonly #ended: readonly Promise<unknown>[];

  constructor({ sides, processes, holder, staleMs, network = false }: StressOptions) {
    const kind = holder === 'stock' ? 'stock' : 'ours';
    this.#children = Array.from({ length: processes }, (_, turn) => {
      const { root, wrapper } = sideOf(sides, turn);
      const plan = JSON.stringify({ kind, root, staleMs, network });
      const [program = '', ...args] = [...wrapper, process.execPath, WORKER, plan];
      return spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    });
    this.#answers = this.#children.map((child) => linesOf(child));
    this.#ended = this.#children.map((child) => new Promise((resolve) => child.once('close', resolve)));
  }

  /** All have started. */
  async ready(): Promise<void> {
    await this.#hear();
  }

  /** How many of them were inside together with another one; `name` is the trial's folder, as told from the root. */
  async trial(name: string): Promise<number> {
    for (const child of this.#children) child.stdin?.write(`${name}\n`);
    return (await this.#hear()).filter((answer) => answer === 'true').length;
  }

  /** One answer of each. Whoever ended instead was not alone, it was not there. */
  #hear(): Promise<string[]> {
    const answer = async (each: AsyncIterator<string>) => {
      const { value, done } = await each.next();
      if (done) throw new Error('a process of the stress ended before its time');
      return value;
    };
    return Promise.all(this.#answers.map(answer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(this.#ended);
  }
}

function linesOf({ stdout }: ChildProcess): AsyncIterator<string> {
  if (stdout === null) throw new Error('no pipe');
  return createInterface(stdout)[Symbol.asyncIterator]();
}

function leaveLock(root: string, holder: StressOptions['holder']): void {
  if (holder === 'stock') leaveStock(root);
  else leaveOurs(root, holder === 'dead' ? here() : { ...here(), bootId: 'another' });
}

/** A lock whose holder is dead: a process of this host that has ended, or one that no pid tells about. */
function leaveOurs(root: string, place: ReturnType<typeof here>): void {
  const paths = keyPaths(root, ID);
  makeKeyDirs(paths);
  const { pid } = spawnSync('true');
  const record: HolderRecord = {
    format: 1,
    token: DEAD,
    asker: ASKER,
    ...place,
    pid,
    startTime: 1,
    staleMs: 100,
    socket: false,
    since: new Date(0).toISOString(),
  };
  writeFileSync(recordFile(paths, DEAD), JSON.stringify(record));
  mkdirSync(paths.lock);
  writeFileSync(ownerFile(paths.lock, DEAD), '');
}

/** The same for the stock library: a lock folder that nobody has touched for an hour. */
function leaveStock(root: string): void {
  const lock = join(root, 'lock');
  mkdirSync(lock);
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(lock, hourAgo, hourAgo);
}
