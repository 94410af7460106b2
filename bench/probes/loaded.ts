/**
 * Loaded into a process before its entry (`--import`). Records which files and which parts of Node it loads, and when.
 * Writes one JSON line to the file in BENCH_REPORT as the process exits.
 */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename } from 'node:path';

export interface Loaded {
  /** Our own chunks by name, with the milliseconds since the process began. */
  readonly chunks: readonly (readonly [name: string, atMs: number])[];
  /** Modules of Node that were loaded after the start, such as `net`. */
  readonly builtins: readonly string[];
  /** Whether the lock library was loaded. Its dependency `signal-exit` leaves an emitter on `process`. */
  readonly lockLibrary: boolean;
  readonly exitMs: number;
}

/** Does not use `performance`, whose first use loads more of Node than a hit does. */
const sinceStart = () => process.uptime() * 1000;

const report = process.env.BENCH_REPORT;
const chunks: [string, number][] = [];

registerHooks({
  load(url, context, next) {
    if (url.includes('/dist/')) chunks.push([basename(url), sinceStart()]);
    return next(url, context);
  },
});

const before = new Set(builtins());
process.on('exit', () => {
  const found: Loaded = {
    chunks,
    builtins: builtins().filter((name) => !before.has(name)),
    lockLibrary: '__signal_exit_emitter__' in process,
    exitMs: sinceStart(),
  };
  if (report !== undefined) writeFileSync(report, JSON.stringify(found));
});

function builtins(): string[] {
  const { moduleLoadList } = process as unknown as { moduleLoadList: readonly string[] };
  return moduleLoadList
    .filter((line) => line.startsWith('NativeModule '))
    .map((line) => line.slice('NativeModule '.length));
}
