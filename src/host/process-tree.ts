import { type ChildProcess, spawnSync } from 'node:child_process';
import { systemCode } from '../base/errors.ts';
import { deadlineIn, sleep, stopwatch, within } from '../base/wait.ts';
import { type ProcessState, pids, processesOf, processState } from './proc.ts';

/** One step of ending a tree. */
export interface EndStep {
  readonly signal: NodeJS.Signals;
  /** Milliseconds since the first step until which to wait before the next one. */
  readonly untilMs: number;
}

/** On a cancel. The runner kills this process 10 s after its SIGINT, and before that the lock and the trash need time too. */
export const stopping: readonly EndStep[] = [
  { signal: 'SIGINT', untilMs: 2_500 },
  { signal: 'SIGTERM', untilMs: 4_000 },
  { signal: 'SIGKILL', untilMs: 4_900 },
];

/** For processes that a command left running when it ended by itself. */
export const sweepingUp: readonly EndStep[] = [
  { signal: 'SIGTERM', untilMs: 1_000 },
  { signal: 'SIGKILL', untilMs: 2_000 },
];

const KILL_ALL_MS = 500;
const windows = process.platform === 'win32';

/**
 * A started child that leads a process group, and all that descends from it. Those that left the group are found by
 * the token in their environment. A process that left the group and cleaned its environment cannot be found.
 * Without /proc (macOS) only the group is known, on Windows only the child and what it has started while it lives.
 */
export class Tree {
  readonly #child: ChildProcess;
  readonly #token: string;
  /** The child's pid: not given to another process while the group has members. */
  readonly #group: number;
  readonly #exited: Promise<void>;
  #over = false;

  /** `child` has a pid and, but on Windows, was started `detached`. */
  constructor(child: ChildProcess, token: string) {
    this.#child = child;
    this.#token = token;
    this.#group = child.pid as number;
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /** Resolves when the child has ended. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** Sends one signal after the other until no process is left. Resolves to the pids that are left after the last one's time. */
  async end(steps: readonly EndStep[]): Promise<number[]> {
    const since = stopwatch();
    for (const { signal, untilMs } of steps) {
      this.#send(signal);
      if (await this.#gone(untilMs - since(), signal)) return [];
    }
    return this.survivors();
  }

  /** Kills all of it before it returns, for exit handlers; gives up after 0.5 s. Does nothing after `close`. */
  killAll(): void {
    if (this.#over) return;
    this.#send('SIGKILL');
    const limit = deadlineIn(KILL_ALL_MS);
    while (this.survivors().length > 0 && limit.left() > 0) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
      this.#send('SIGKILL');
    }
  }

  /** From now on the group's number may belong to another group, so nothing is signalled any more. */
  close(): void {
    this.#over = true;
  }

  /** Living processes of the tree, where the system tells. */
  survivors(): number[] {
    if (windows) return [];
    return [...new Set([...membersOf(this.#group), ...processesOf(this.#token)])];
  }

  async #gone(ms: number, signal: NodeJS.Signals): Promise<boolean> {
    const limit = deadlineIn(ms);
    if ((await within(this.#exited, ms)) === 'late') return false;
    // The processes that are left are no children of ours: no event tells of their end.
    for (let pause = 2; this.survivors().length > 0; pause = Math.min(2 * pause, 50)) {
      if (limit.left() <= 0) return false;
      // A process that forked during the search has a child that was not found.
      if (signal === 'SIGKILL') this.#send(signal);
      await sleep(Math.min(pause, limit.left()));
    }
    return true;
  }

  #send(signal: NodeJS.Signals): void {
    if (windows) {
      if (this.#child.exitCode === null && this.#child.signalCode === null) endOnWindows(this.#child, signal);
      return;
    }
    const members = new Set(membersOf(this.#group));
    deliver(-this.#group, signal);
    // Not twice to one process: at a second SIGINT many programs stop without cleaning up.
    for (const pid of processesOf(this.#token)) if (!members.has(pid)) deliver(pid, signal);
  }
}

/** Windows has no process groups, and ends a process at once when it is signalled. Its own program finds what a process started. */
function endOnWindows(child: ChildProcess, signal: NodeJS.Signals): void {
  const ended = spawnSync('taskkill', ['/PID', `${child.pid}`, '/T', '/F'], { stdio: 'ignore', windowsHide: true });
  if (ended.status !== 0) child.kill(signal);
}

/** Whether a process is there to get the signal (0: none is sent). */
function deliver(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // On Linux: there, but another user's. On macOS a group of zombies says EPERM too.
    return systemCode(error) === 'EPERM' && process.platform === 'linux';
  }
}

/** Living members of a group. Zombies do not count: in a container whose pid 1 never reaps, they stay for ever. */
function membersOf(group: number): number[] {
  if (!deliver(-group, 0)) return [];
  const all = pids();
  return all.length === 0 ? [group] : all.filter((pid) => isAliveIn(group, processState(pid)));
}

function isAliveIn(group: number, state: ProcessState | undefined): boolean {
  return state?.group === group && !state.zombie;
}
