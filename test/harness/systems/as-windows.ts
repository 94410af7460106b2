/**
 * Loaded into a job before the action (`--import`): Node on Linux answers as on Windows, as far as the action can see. There
 * is no /proc. A rename onto a folder fails, and so does one of a folder onto a file. A file of the tool cache that is
 * younger than TEST_SCANNER_MS is open in a virus scanner: it cannot be read, deleted or renamed, nor a folder with it
 * moved. Symbolic links need a privilege that this user lacks; junctions do not, and lead to an absolute path. Named pipes
 * are the only sockets.
 *
 * What it cannot show: paths with backslashes, real file sharing, consoles and PowerShell.
 */
import fs, { type Stats } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, posix, resolve, win32 } from 'node:path';
import { pretendToBe } from './without-proc.ts';

type Done = (error?: unknown) => void;

const SCANNER_MS = Number(process.env.TEST_SCANNER_MS ?? '0');
/** The scanner opens a file when it is that old, and holds it until it is SCANNER_MS old. */
const LATE_MS = Number(process.env.TEST_SCANNER_LATE_MS ?? '0');
const SCANNED = process.env.RUNNER_TOOL_CACHE ?? '';
const PIPES = '\\\\.\\pipe\\';
const { lstatSync, readdirSync, renameSync, symlinkSync, unlinkSync, rmSync } = fs;

pretendToBe('win32');
Object.assign(win32, posix);
const { openSync } = fs;
replaceSync('renameSync', (from: string, to: string) => {
  refuseRename(from, to);
  renameSync(from, to);
});
replaceSync('unlinkSync', (path: string | Buffer) => {
  refuseScanned('unlink', path);
  unlinkSync(path);
});
replaceSync('rmSync', (path: string, options?: fs.RmOptions) => {
  refuseScanned('rm', path);
  rmSync(path, options);
});
replaceSync('symlinkSync', (target: string, path: string, type?: string) => {
  if (type !== 'junction') throw failure('EPERM', 'symlink', path);
  symlinkSync(resolve(dirname(path), target), path);
});
fs.openSync = ((...args: Parameters<typeof openSync>) => {
  const path = String(args[0]);
  if (at(path)?.isFile()) refuseScanned('open', path);
  return openSync(...args);
}) as typeof openSync;
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (this: net.Server, path: unknown, ...rest: unknown[]) {
  if (typeof path === 'string' && !path.startsWith(PIPES)) {
    process.nextTick(() => this.emit('error', failure('EACCES', 'listen', path)));
    return this;
  }
  return listen.call(this, pipe(path), ...(rest as []));
} as typeof listen;
const { connect } = net;
net.connect = ((path: unknown, ...rest: unknown[]) => connect(pipe(path) as string, ...(rest as []))) as typeof connect;
syncBuiltinESMExports();

/** The callback form, which the lock uses, is the blocking one called a moment later. */
function replaceSync(name: string, action: (...args: never[]) => void): void {
  const functions = fs as unknown as Record<string, unknown>;
  functions[name] = action;
  functions[name.replace('Sync', '')] = (...args: unknown[]) => {
    const done = args.pop() as Done;
    setImmediate(() => {
      try {
        action(...(args as never[]));
      } catch (error) {
        return done(error);
      }
      done(null);
    });
  };
}

function refuseRename(from: string, to: string): void {
  const [moved, there] = [at(from), at(to)];
  if (moved && there && !(moved.isFile() && there.isFile())) throw failure('EPERM', 'rename', from);
  for (const path of [from, to]) refuseScanned('rename', path);
}

/** A tree is walked by names in bytes, so a path may be a buffer. */
function refuseScanned(syscall: string, given: string | Buffer): void {
  const path = String(given);
  const stats = at(path);
  if (stats === undefined || SCANNER_MS === 0 || !path.startsWith(SCANNED)) return;
  const ageMs = Date.now() - stats.birthtimeMs;
  if (stats.isFile() && ageMs >= LATE_MS && ageMs < SCANNER_MS) throw failure('EBUSY', syscall, path);
  if (stats.isDirectory()) for (const name of readdirSync(path)) refuseScanned(syscall, join(path, name));
}

function at(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function pipe(path: unknown): unknown {
  return typeof path === 'string' && path.startsWith(PIPES) ? join(tmpdir(), path.slice(PIPES.length)) : path;
}

function failure(code: string, syscall: string, path: string): Error {
  return Object.assign(new Error(`${code}: as on Windows, ${syscall} '${path}'`), { code, syscall, path });
}
