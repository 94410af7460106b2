import * as nodeFs from 'node:fs';
import { promisify } from 'node:util';
import { systemCode } from '../../base/errors.ts';
import { sleep, stopwatch } from '../../base/wait.ts';
import { GONE } from '../../host/file-system.ts';
import { patient } from '../../host/patience.ts';
import { rename } from '../../host/rename.ts';
import { ownerFile } from './folders.ts';

/** The calls the protocol makes; tests hand in ones that fail, die or pause. */
export interface LockFs {
  readdir(path: string): Promise<string[]>;
  writeFile(path: string, text: string, options: { readonly flag: string }): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  stat(path: string): Promise<nodeFs.Stats>;
  utimes(path: string, atime: Date, mtime: Date): Promise<void>;
  unlinkSync(path: string): void;
  rmdirSync(path: string): void;
}

/** The real calls. Not from `fs.promises`, whose first use loads 2 ms of Node that a miss has no other use for. */
export const realFs: LockFs = {
  readdir: promisify(nodeFs.readdir),
  writeFile: promisify(nodeFs.writeFile),
  // On Windows this thread waits too: a claim that was not made has no heartbeat yet.
  rename: process.platform === 'win32' ? async (from, to) => rename(from, to) : promisify(nodeFs.rename),
  unlink: patient(promisify(nodeFs.unlink)),
  rmdir: patient(promisify(nodeFs.rmdir)),
  stat: promisify(nodeFs.stat),
  utimes: promisify(nodeFs.utimes),
  unlinkSync: nodeFs.unlinkSync,
  rmdirSync: nodeFs.rmdirSync,
};

/** The code that the library gets when the lock is held. It passes it on, without its own test for stale locks. */
export const HELD = 'EHELD';
/** A sweeper took our private folder for a dead attempt's, before our record was visible: claim again. */
export const SWEPT = 'ESWEPT';

/** Errors of an attempt to remove the lock's folder that say: somebody else has it, or has removed it. */
export const NOT_EMPTY_OR_GONE = ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EBUSY', 'ESTALE'];

type Done = (error: unknown) => void;
type DoneWith<T> = (error: unknown, value?: T) => void;

/** The `fs` for proper-lockfile: its folder operations, done on one file that only we can name. */
export interface OwnerFs {
  mkdir(path: string, done: Done): void;
  stat(path: string, done: DoneWith<nodeFs.Stats>): void;
  utimes(path: string, atime: Date, mtime: Date, done: Done): void;
  rmdir(path: string, done: Done): void;
  rmdirSync(path: string): void;
  /** Whether our owner file is still there; resolves late or never where the file system hangs. */
  confirm(): Promise<boolean>;
}

/** What the lock's life needs to know while it lives. */
export interface OwnerEvents {
  /** The heartbeat reached the disk. */
  onBeat(): void;
  /**
   * Milliseconds for which the heartbeat may fail, for another reason than that our file is gone, before the lock counts
   * as lost; undefined while it is being claimed: then an error is told at once.
   */
  patienceMs(): number | undefined;
  /** The process exits without a release: end what must not outlive the lock. */
  beforeExit(): void;
}

/** Between two tries of a heartbeat that failed, in ms. */
const AGAIN_MS = 1000;

/**
 * A lock that only its owner can open. It is held while `lock/` holds a file; the file's name is the owner's token, so
 * release and takeover remove exactly the owner they mean. Stock proper-lockfile removes whatever is there, which gave
 * two holders in 36 of 60 takeovers.
 *
 * @param lock the lock folder
 * @param own an empty folder that only we name, on the same file system
 */
export function ownerFs(lock: string, own: string, token: string, events: OwnerEvents, fs: LockFs = realFs): OwnerFs {
  const owner = ownerFile(lock, token);

  /** Our owner file in a folder that nobody else names. */
  async function makePrivate(): Promise<void> {
    await fs.writeFile(ownerFile(own, token), '', { flag: 'wx' });
  }

  /** One rename takes the lock: it succeeds only onto a missing or an empty folder. */
  async function moveIn(): Promise<void> {
    if (process.platform === 'win32') await removeFolder();
    await fs.rename(own, lock);
  }

  async function take(): Promise<void> {
    try {
      await makePrivate();
      await moveIn();
    } catch (error) {
      // NFS replays a call whose answer was lost, and then says ENOENT or ESTALE to what did succeed: look.
      if (await confirm()) return;
      // What cannot be removed is left to the sweep: the first error is the one to report.
      await fs.unlink(ownerFile(own, token)).catch(() => {});
      await fs.rmdir(own).catch(() => {});
      throw asClaimError(error);
    }
  }

  /** Listed, not looked up: an NFS client answers a stat from its cache for up to a minute. */
  async function confirm(): Promise<boolean> {
    try {
      return (await againIfStale(() => fs.readdir(lock))).includes(`owner-${token}`);
    } catch (error) {
      if (GONE.includes(systemCode(error) ?? '')) return false;
      throw error;
    }
  }

  /** Removes the empty folder, which wakes the waiters. A new holder may be in it already: then it stays. */
  async function removeFolder(): Promise<void> {
    await fs.rmdir(lock).catch(ignoreTaken);
  }

  /**
   * A client whose handle of the folder is stale says ESTALE, whether our file is gone or not. The listing, which looks the
   * folder up anew, tells. Left behind, the file would keep others waiting for the whole silence.
   */
  async function unlinkOwner(): Promise<void> {
    try {
      await fs.unlink(owner);
    } catch (error) {
      ignoreGone(error);
      if (systemCode(error) === 'ESTALE' && (await confirm())) await fs.unlink(owner).catch(ignoreGone);
    }
  }

  /**
   * The library measures by the wall clock for how long its calls have failed. A call that failed right after a jump of that
   * clock made it give up a lock that nobody had touched. So it gets an error only when it is to give up.
   */
  async function patiently<T>(call: () => Promise<T>): Promise<T> {
    for (const since = stopwatch(); ; await sleep(AGAIN_MS)) {
      try {
        return await call();
      } catch (error) {
        const patienceMs = events.patienceMs();
        if (patienceMs === undefined || systemCode(error) === 'ENOENT') throw error;
        if (since() >= patienceMs)
          throw Object.assign(new Error('it kept failing', { cause: error }), { code: 'ENOENT' });
      }
    }
  }

  async function beat(atime: Date, mtime: Date): Promise<void> {
    await patiently(() => fs.utimes(owner, atime, mtime));
    events.onBeat();
  }

  return {
    confirm,
    mkdir: (_path, done) => void take().then(() => done(null), done),
    stat: (_path, done) => void patiently(() => fs.stat(owner)).then((stats) => done(null, stats), done),
    utimes: (_path, atime, mtime, done) => void beat(atime, mtime).then(() => done(null), done),
    rmdir: (_path, done) =>
      void unlinkOwner()
        .then(removeFolder)
        .then(() => done(null), done),
    rmdirSync: () => {
      events.beforeExit();
      removeSync(() => fs.unlinkSync(owner));
      // Once more for a stale handle, as in a release; a second call finds nothing.
      removeSync(() => fs.unlinkSync(owner));
      removeSync(() => fs.rmdirSync(lock));
    },
  };
}

/** A stale handle is forgotten by the call that finds it so: the next one looks the folder up anew. */
async function againIfStale<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (systemCode(error) !== 'ESTALE') throw error;
    return call();
  }
}

function asClaimError(error: unknown): unknown {
  const code = systemCode(error) ?? '';
  // File systems differ in the word for "not empty"; Windows refuses any rename onto a folder.
  const held =
    process.platform === 'win32'
      ? ['EEXIST', 'ENOTEMPTY', 'EPERM', 'EACCES', 'EBUSY']
      : ['EEXIST', 'ENOTEMPTY', 'ESTALE'];
  if (held.includes(code)) return Object.assign(new Error('held'), { code: HELD });
  if (code === 'ENOENT') return Object.assign(new Error('swept', { cause: error }), { code: SWEPT });
  return error;
}

function ignoreTaken(error: unknown): void {
  if (!NOT_EMPTY_OR_GONE.includes(systemCode(error) ?? '')) throw error;
}

function ignoreGone(error: unknown): void {
  if (!GONE.includes(systemCode(error) ?? '')) throw error;
}

/** At exit no error can be reported. What cannot be removed is taken over as a dead holder's. */
function removeSync(remove: () => void): void {
  try {
    remove();
  } catch {
    // See above.
  }
}
