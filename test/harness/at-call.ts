/**
 * Loaded into a job before the action (`--import`): counts its file-system calls below a folder, and right before the
 * chosen one sends the process a signal. Told what to do by the environment variable TEST_AT_CALL.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Which call, and what then. */
export interface AtCall {
  /** Calls count whose path is this folder or lies below it. */
  readonly below: string;
  /** Index of the call among those that match. */
  readonly nth: number;
  /** A pattern for `name path`, or `name path path`, paths relative to `below`; all calls when undefined. */
  readonly match?: string;
  readonly signal: NodeJS.Signals;
  /** Gets one line: the call that was chosen. Stays missing when there was none. */
  readonly report: string;
}

type AnyFunction = (...args: unknown[]) => unknown;

const plan = JSON.parse(process.env.TEST_AT_CALL ?? 'null') as AtCall | null;
const { writeFileSync } = fs;
const descriptors = new Set<unknown>();
let count = 0;

if (plan !== null) {
  watchAll(fs as unknown as Record<string, AnyFunction>, plan);
  watchAll(fs.promises as unknown as Record<string, AnyFunction>, plan);
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
      if (counted) note([name, ...paths].join(' '), atCall);
      const result = original(...args);
      if (name === 'openSync' && counted) descriptors.add(result);
      if (name === 'closeSync') descriptors.delete(args[0]);
      return result;
    };
  }
}

function relative(value: unknown, below: string): string[] {
  const path = Buffer.isBuffer(value) ? value.toString() : value;
  const inside = typeof path === 'string' && (path === below || path.startsWith(`${below}/`));
  return inside ? [path.slice(below.length + 1)] : [];
}

function note(call: string, { match, nth, signal, report }: AtCall): void {
  if (match !== undefined && !new RegExp(match).test(call)) return;
  if (count++ !== nth) return;
  writeFileSync(report, `${nth}: ${call}\n`);
  process.kill(process.pid, signal);
}
