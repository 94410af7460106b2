/**
 * Loaded into a process before ours (`--import`): makes the disk do one thing that no disk for a lock may do, named by the
 * environment variable TEST_BROKEN_DISK.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Server } from 'node:net';
import { basename, dirname } from 'node:path';

/** What a disk can do wrong. */
export type Fault =
  /** A rename of a folder onto one that is not empty replaces it; only for the lock. */
  | 'renames-replace'
  /** The same, wherever it is asked for. */
  | 'all-renames-replace'
  /** A listing shows what was there half a second ago. */
  | 'old-listings'
  /** In the folder of all keys nothing can be made for half a second: another host has removed it and made it anew. */
  | 'old-folders'
  /** Times of files are kept in steps of two seconds. */
  | 'coarse-times'
  /** A look at a folder never returns. */
  | 'hangs'
  /** Nobody is told of changes. */
  | 'no-watch'
  /** No socket can be made. */
  | 'no-sockets';

type Done = (error: Error | null, ...values: unknown[]) => void;

// The lock makes its calls with callbacks, all others are synchronous.
const { rename, renameSync, readdir, readdirSync, statSync, existsSync, rmSync } = fs;

const faults: Readonly<Record<Fault, () => void>> = {
  'renames-replace'() {
    replace('rename', (from: fs.PathLike, to: fs.PathLike, done: fs.NoParamCallback) => {
      makeWay(to);
      rename(from, to, done);
    });
  },
  'all-renames-replace'() {
    faults['renames-replace']();
    replace('renameSync', (from: fs.PathLike, to: fs.PathLike) => {
      makeWay(to);
      renameSync(from, to);
    });
  },
  'old-listings'() {
    const seen = new Map<string, { readonly at: number; readonly names: string[] }>();
    const list = (path: fs.PathLike) => {
      const known = seen.get(String(path));
      if (known !== undefined && performance.now() - known.at < 500) return known.names;
      const names = existsSync(path) ? readdirSync(path) : [];
      seen.set(String(path), { at: performance.now(), names });
      return names;
    };
    // With options it is the listing of something that is being deleted.
    replace('readdir', (path: fs.PathLike, ...rest: [Done] | [fs.ObjectEncodingOptions, Done]) => {
      if (rest.length === 1) rest[0](null, list(path));
      else readdir(path, ...rest);
    });
  },
  'old-folders'() {
    const { mkdirSync } = fs;
    const passes = performance.now() + 500;
    replace('mkdirSync', (path: fs.PathLike, ...rest: []) => {
      if (performance.now() > passes || basename(dirname(String(path))) !== 'v1') return mkdirSync(path, ...rest);
      throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'mkdir', path });
    });
  },
  'coarse-times'() {
    const { utimesSync } = fs;
    replace('utimesSync', (path: fs.PathLike, atime: Date, mtime: Date) => {
      utimesSync(path, atime, new Date(Math.floor(Number(mtime) / 2000) * 2000));
    });
  },
  hangs() {
    replace('statSync', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  },
  'no-watch'() {
    replace('watch', () => {
      throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' });
    });
  },
  'no-sockets'() {
    Server.prototype.listen = function (this: Server) {
      const error = Object.assign(new Error('EOPNOTSUPP: operation not supported'), { code: 'EOPNOTSUPP' });
      setImmediate(() => this.emit('error', error));
      return this;
    };
  },
};

function replace(name: keyof typeof fs, by: unknown): void {
  Object.assign(fs, { [name]: by });
}

function makeWay(to: fs.PathLike): void {
  if (statSync(to, { throwIfNoEntry: false })?.isDirectory()) rmSync(to, { recursive: true, force: true });
}

faults[process.env.TEST_BROKEN_DISK as Fault]?.();
// Named imports of the bundle see the changed functions only after this.
syncBuiltinESMExports();
