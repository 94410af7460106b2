/**
 * Loaded into a job before the action (`--import`): Node on Linux answers as on a Mac, as far as the action can see. The
 * system is called darwin, there is no /proc, and the disk is APFS. What it cannot show: signals, sockets and disks of a Mac.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** The number that a Mac gives for APFS. */
const APFS = 0x1a;

type AnyFunction = (...args: unknown[]) => unknown;

Object.defineProperty(process, 'platform', { value: 'darwin' });
const functions = fs as unknown as Record<string, AnyFunction>;
for (const name of ['openSync', 'readFileSync', 'readdirSync', 'readlinkSync', 'statSync', 'lstatSync', 'existsSync'])
  functions[name] = withoutProc(functions[name] as AnyFunction);
const { statfsSync } = fs;
functions.statfsSync = (path) => ({ ...statfsSync(String(path)), type: APFS });
syncBuiltinESMExports();

function withoutProc(original: AnyFunction): AnyFunction {
  return (path, ...rest) => original(/^\/proc(\/|$)/.test(String(path)) ? '/no-proc' : path, ...rest);
}
