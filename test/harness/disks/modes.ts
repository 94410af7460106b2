/**
 * Loaded into a job before the action (`--import`): after each of its file-system calls looks at everything in a folder, and
 * notes what the group may not write. Told what to do by the environment variable TEST_MODES.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

export interface Modes {
  readonly below: string;
  /** Gets a line for each call after which something was there that the group may not write: the call and the path. */
  readonly report: string;
}

type AnyFunction = (...args: unknown[]) => unknown;

const plan = JSON.parse(process.env.TEST_MODES ?? 'null') as Modes | null;
const { lstatSync, readdirSync, appendFileSync } = fs;
let looking = false;

if (plan !== null) {
  for (const [name, original] of Object.entries(fs as unknown as Record<string, AnyFunction>)) {
    if (typeof original !== 'function' || /^[A-Z_]|^create|^(un)?watch/.test(name)) continue;
    Object.assign(fs, { [name]: watched(name, original, plan) });
  }
  // Named imports of the bundle see the changed functions only after this.
  syncBuiltinESMExports();
}

function watched(name: string, original: AnyFunction, modes: Modes): AnyFunction {
  return (...args) => {
    const done = args.at(-1);
    if (typeof done === 'function') {
      args[args.length - 1] = (...values: unknown[]) => {
        look(name, modes);
        return done(...values);
      };
    }
    const result = original(...args);
    if (typeof done !== 'function') look(name, modes);
    return result;
  };
}

/** The calls that the look itself makes are none of the job's. */
function look(call: string, { below, report }: Modes): void {
  if (looking) return;
  looking = true;
  for (const path of closedBelow(below)) appendFileSync(report, `${call}: ${path}\n`);
  looking = false;
}

function closedBelow(dir: string): string[] {
  const names = readdirSync(dir);
  return names.flatMap((name) => {
    const path = join(dir, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.isSymbolicLink()) return [];
    const own = (stats.mode & 0o020) === 0 ? [path] : [];
    return stats.isDirectory() ? [...own, ...closedBelow(path)] : own;
  });
}
