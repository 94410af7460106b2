import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';

/** What the kernel says about processes. Where there is no /proc (macOS, Windows) the answers are undefined or empty. */

/** Random id of this boot of the kernel; empty where unknown. Containers of one host share it. */
export function bootId(): string {
  boot ??= read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return boot;
}

/** It cannot change while this process lives. */
let boot: string | undefined;

/** Name of this process's pid namespace, such as `pid:[4026531836]`; empty where unknown. */
export function pidNamespace(): string {
  namespace ??= readNamespace();
  return namespace;
}

/** A process stays in its own; what it starts may be in another. */
let namespace: string | undefined;

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

export interface ProcessState {
  /** Clock ticks after boot at which it started: tells two processes with one pid apart. */
  readonly startTime: number;
  /** It has ended, and its parent has not asked for its exit code. A process with a living thread is none: it may still write. */
  readonly zombie: boolean;
  /** It was stopped by a signal, and does nothing until it is continued. */
  readonly stopped: boolean;
  /** A thread of the kernel. */
  readonly kernel: boolean;
  /** Number of its process group. */
  readonly group: number;
}

/** The kernel's PF_KTHREAD. */
const KERNEL_THREAD = 0x200000;

/** State of a process of this pid namespace; undefined when it is gone, hidden, or there is no /proc. */
export function processState(pid: number | 'self'): ProcessState | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The command name in parentheses may itself hold spaces and parentheses: count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, flags, threads, startTime] = [fields[0], Number(fields[6]), Number(fields[17]), Number(fields[19])];
  const zombie = state === 'X' || (state === 'Z' && threads <= 1);
  // Not `t`: a process that is traced stands still for moments only.
  return { startTime, zombie, stopped: state === 'T', kernel: (flags & KERNEL_THREAD) !== 0, group: Number(fields[2]) };
}

/** Whether signal 0 reaches `pid`: `gone` is certain, `there` may be another process with the same pid, `unknown` is another user's. */
export function probe(pid: number): 'there' | 'gone' | 'unknown' {
  try {
    process.kill(pid, 0);
    return 'there';
  } catch (error) {
    return systemCode(error) === 'ESRCH' ? 'gone' : 'unknown';
  }
}

/** Variables through which a build's processes can be found, whatever group or session they moved to. */
export const TOKEN_VARIABLE = 'BUILD_ONCE_TOKEN';
/** Comma-separated `<id>/<token>` of all attempts a process runs inside of. */
export const WITHIN_VARIABLE = 'BUILD_ONCE_WITHIN';

/** Living processes, this one excepted, that were started by the attempt `token` or by an attempt inside of it. */
export function processesOf(token: string): number[] {
  return pids().filter((pid) => {
    const environ = pid === process.pid ? undefined : read(`/proc/${pid}/environ`);
    return environ !== undefined && names(environ, token) && processState(pid)?.zombie === false;
  });
}

/** A process that belongs to a dead attempt, or may belong to it. */
export interface Suspect {
  readonly pid: number;
  readonly startTime: number;
  /** Whether its token was seen, and it was killed. */
  readonly killed: boolean;
}

/**
 * Sends SIGKILL to every process of the attempt `token`. A process that forks in the same moment may have a child that was
 * not found, so a caller that needs all of them gone calls it until none is left.
 *
 * @param before what earlier calls gave. A process that is about to end has no environment any more by which it could be
 * found, but it still has its open files, and may be in the middle of a write
 * @param since clock ticks after boot at which the attempt's process started. Later processes without an environment are
 * returned too, because every process has none for a moment while it starts a program. By default they are not
 * @returns the processes that were found, and those killed before that have not ended yet
 */
export function killProcessesOf(token: string, before: readonly Suspect[] = [], since = Infinity): Suspect[] {
  const found = pids().flatMap((pid) => suspect(pid, token, since) ?? []);
  for (const { pid, killed } of found) {
    if (killed) kill(pid);
  }
  const others = before.filter(({ pid, killed }) => killed && !found.some((each) => each.pid === pid));
  return [...found, ...others.filter(isRunning)];
}

function suspect(pid: number, token: string, since: number): Suspect | undefined {
  const environ = pid === process.pid ? undefined : read(`/proc/${pid}/environ`);
  const killed = environ !== undefined && names(environ, token);
  if (!killed && (environ !== '' || since === Infinity)) return undefined;
  const state = processState(pid);
  if (state === undefined || state.zombie || !(killed || (state.startTime >= since && !state.kernel))) return undefined;
  return { pid, startTime: state.startTime, killed };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended since it was found, or belongs to another user and is not ours to end.
  }
}

function isRunning({ pid, startTime }: Suspect): boolean {
  const state = processState(pid);
  return state?.startTime === startTime && !state.zombie;
}

/** Pids of all processes that are seen here; none where there is no /proc. */
export function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Whether an environment is that of a process of the attempt. */
function names(environ: string, token: string): boolean {
  if (!environ.includes(token)) return false;
  return environ
    .split('\0')
    .some(
      (line) =>
        line === `${TOKEN_VARIABLE}=${token}` || (line.startsWith(`${WITHIN_VARIABLE}=`) && line.includes(token)),
    );
}

let buffer: Buffer | undefined;

/** Through one buffer: for the hundreds of small files of a scan this takes half the time of `readFileSync`. */
function read(file: string): string | undefined {
  buffer ??= Buffer.allocUnsafeSlow(64 * 1024);
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    return readAll(handle, buffer);
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** An environment may be longer than the buffer, and what we look for stands at its end. */
function readAll(handle: number, into: Buffer): string {
  let text = '';
  for (;;) {
    const bytes = readSync(handle, into, 0, into.length, null);
    text += into.toString('latin1', 0, bytes);
    if (bytes < into.length) return text;
  }
}
