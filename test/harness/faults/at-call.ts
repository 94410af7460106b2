/**
 * Loaded into a job before the action (`--import`): counts its file-system calls below a folder, and right before the
 * chosen one sends the process a signal, or has that call fail. Told what to do by the environment variable TEST_AT_CALL.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';

/** Which call, and what then. */
export interface AtCall {
  /** Calls count whose path is this folder or lies below it. */
  readonly below: string;
  /** Index of the call among those that match. */
  readonly nth: number;
  /** A pattern for `name path`, or `name path path`, paths relative to `below`; all calls when undefined. */
  readonly match?: string;
  readonly signal?: NodeJS.Signals;
  /** What the call fails with instead of being made, such as `ENOSPC`. */
  readonly error?: ErrorName;
  /** It is made before it fails, as where a server of NFS is asked once more because its answer was lost. */
  readonly isMade?: boolean;
  /** Milliseconds for which the call is held up before it is made, and this thread with it if it is one that blocks. */
  readonly delayMs?: number;
  /** Gets a line for every call that matches. */
  readonly list?: string;
  /** So do all that match after it. */
  readonly forGood?: boolean;
  /** Gets one line: the call that was chosen. Stays missing when there was none. */
  readonly report: string;
}

export type ErrorName = keyof typeof constants.errno;

type AnyFunction = (...args: unknown[]) => unknown;

const plan = JSON.parse(process.env.TEST_AT_CALL ?? 'null') as AtCall | null;
const { appendFileSync, readlinkSync, writeFileSync } = fs;
const promises = fs.promises as unknown as Record<string, AnyFunction>;
const descriptors = new Set<unknown>();
let count = 0;

if (plan !== null) {
  watchAll(fs as unknown as Record<string, AnyFunction>, plan);
  watchAll(promises, plan);
  // Named imports of the bundle see the changed functions only after this.
  syncBuiltinESMExports();
}

function watchAll(functions: Record<string, AnyFunction>, atCall: AtCall): void {
  for (const [name, original] of Object.entries(functions)) {
    // Classes, streams, and the watcher, which changes nothing.
    if (typeof original !== 'function' || /^[A-Z_]|^create|^(un)?watch/.test(name)) continue;
    functions[name] = (...args) => {
      const paths = args.slice(0, 2).flatMap((value) => relative(value, atCall.below));
      const counted = paths.length > 0 || descriptors.has(args[0]);
      const failure = counted ? note(name, paths, atCall) : undefined;
      if (failure instanceof Error && atCall.isMade) original(...args);
      if (failure instanceof Error) return failWith(failure, name, args.at(-1), functions === promises);
      const result = failure === 'late' ? late(original, args, name, atCall) : original(...args);
      if (name === 'openSync' && counted) descriptors.add(result);
      if (name === 'closeSync') descriptors.delete(args[0]);
      return result;
    };
  }
}

function relative(value: unknown, below: string): string[] {
  const path = throughDescriptor(Buffer.isBuffer(value) ? value.toString() : value);
  const inside = typeof path === 'string' && (path === below || path.startsWith(`${below}/`));
  return inside ? [path.slice(below.length + 1)] : [];
}

/** The action reaches what is in an opened folder as `/proc/self/fd/7/name`; patterns are about the folder's own path. */
function throughDescriptor(path: unknown): unknown {
  const [prefix, rest] = (typeof path === 'string' && path.match(/^(\/proc\/self\/fd\/\d+)(\/.*)$/)?.slice(1)) || [];
  if (prefix === undefined) return path;
  try {
    return `${readlinkSync(prefix)}${rest}`;
  } catch {
    return path;
  }
}

/** Makes a call after the delay: at once for who waits for its result, later for who has given a callback. */
function late(original: AnyFunction, args: unknown[], name: string, { delayMs = 0 }: AtCall): unknown {
  if (!name.endsWith('Sync')) return new Promise((done) => setTimeout(() => done(original(...args)), delayMs));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
  return original(...args);
}

/** The error that the call is to fail with, if any; or that it is to be late. */
function note(name: string, paths: readonly string[], atCall: AtCall): Error | 'late' | undefined {
  const { match, nth, signal, error, forGood = false, below, report, delayMs, list } = atCall;
  const call = [name, ...paths].join(' ');
  if (match !== undefined && !new RegExp(match).test(call)) return undefined;
  if (list !== undefined) appendFileSync(list, `${call}\n`);
  const number = count++;
  if (number < nth || (number > nth && !forGood)) return undefined;
  if (number === nth) writeFileSync(report, `${nth}: ${call}\n`);
  if (signal !== undefined) process.kill(process.pid, signal);
  if (delayMs !== undefined && number === nth) return 'late';
  return error && systemError(error, name, paths[0] === undefined ? undefined : join(below, paths[0]));
}

/** As Node makes them: what is done to an open file names no path. */
function systemError(code: ErrorName, name: string, path: string | undefined): Error {
  const syscall = name.replace(/Sync$/, '').toLowerCase();
  const told = path === undefined ? { syscall } : { syscall, path };
  const message = `${code}: refused by the test, ${syscall}${path === undefined ? '' : ` '${path}'`}`;
  return Object.assign(new Error(message), { code, errno: -constants.errno[code], ...told });
}

function failWith(error: Error, name: string, done: unknown, promised: boolean): unknown {
  if (name === 'existsSync') return false;
  if (promised) return Promise.reject(error);
  if (typeof done !== 'function') throw error;
  setImmediate(() => done(error));
  return undefined;
}
