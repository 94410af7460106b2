import { close, fsync, open, readdirSync, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '../../base/errors.ts';
import { within } from '../../base/wait.ts';
import { lookAt } from '../../host/file-system.ts';
import { walk } from '../../host/walk.ts';

const LEAST_MS = 20;
const MOST_MS = 5_000;
const SHARE = 0.02;
const SMALL_FILES = 4;
const SMALL_BYTES = 1_000_000;

/**
 * How long, in ms, a publish may wait for the disk: 2 % of what the build took, from 20 ms to 5 s. The wait saves a
 * second build after a crash of the machine, so it may cost a share of that build and no more.
 */
export function flushBudget(buildMs: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, buildMs * SHARE));
}

/**
 * Writes a new file and waits until it is on the disk, but not longer than 5 s; then the writing goes on. On a slow disk that
 * flush takes as long as everything that was written before it, on ext4 also by others. All calls are made on other threads,
 * so heartbeats, signals and limits of this one go on.
 *
 * The wait may be given up for the reason that {@link flushTree} gives: after a crash of the machine the file may be empty,
 * and a manifest that is not whole counts as damaged.
 *
 * @param flush whether to wait at all
 * @param signal ends the wait
 * @throws the system's error when the file exists, or the disk is full or has lost something
 */
export async function writeFlushed(file: string, text: string, flush: boolean, signal?: AbortSignal): Promise<void> {
  const handle = await promisify(open)(file, 'wx');
  const closed = () => promisify(close)(handle);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += (await promisify(write)(handle, bytes, done, bytes.length - done, null)).bytesWritten;
    }
  } catch (error) {
    await closed();
    throw error;
  }
  if (flush) await within(promisify(fsync)(handle).finally(closed), MOST_MS, signal);
  else await closed();
}

/**
 * Starts to write a tree to the disk and waits for it, but not longer than the budget; then the writing goes on.
 *
 * The wait may be given up because a loss is noticed. A crash of the machine before the data is written leaves files of no
 * length (ext4 and XFS set the length of a new file when its data has been written) behind a published manifest. The
 * manifest names boot id, files and bytes, so the first look after the reboot notices. With the wait there is nearly always
 * nothing to notice. A crash of the action alone loses nothing: the kernel has the data.
 *
 * One syncfs by a child, because Node has none: 10,000 fresh files of 41 MB took 44 to 76 ms, while fsync of each took
 * 410 to 1,240 ms (fdatasync 380 to 790; one at a time, four or sixteen). On that disk `cacheDir()` took 630 to 1,300 ms.
 * syncfs also writes what others wrote (2 GB more: 305 ms there, minutes on a slow disk), hence the budget.
 *
 * @returns 'gave up' also when this user may not read a file
 * @throws the system's error when the disk has lost something or is full: then it must not be published
 */
export async function flushTree(dir: string, budgetMs = MOST_MS, signal?: AbortSignal): Promise<'flushed' | 'gave up'> {
  const over = new AbortController();
  const signals = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  try {
    const flushed = flush(dir, signals).then((done) => (done ? 'flushed' : 'gave up'));
    const result = await within(flushed, budgetMs, signal);
    return result === 'late' ? 'gave up' : result;
  } finally {
    over.abort();
  }
}

async function flush(dir: string, signal: AbortSignal): Promise<boolean> {
  try {
    if (process.platform === 'linux' && !isSmall(dir) && (await syncFileSystem(dir))) return true;
    return await syncEach(dir, signal);
  } catch (error) {
    if (LOST.includes(systemCode(error) ?? '')) throw error;
    return false;
  }
}

/** Errors of a disk that has lost data: also of one that took the data first and has no room for it now. */
const LOST = ['EIO', 'ENOSPC', 'EDQUOT'];

/**
 * A few small files and no folder: flushing them one by one takes less time than starting a child. More bytes are left to a
 * child: a process that the kernel has in a flush does not end before that does, and a cancelled step must end.
 */
function isSmall(dir: string): boolean {
  const names = readdirSync(dir, { withFileTypes: true });
  if (names.length > SMALL_FILES || names.some((name) => name.isDirectory())) return false;
  const sizes = names.map(({ name }) => lookAt(join(dir, name))?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0) <= SMALL_BYTES;
}

/** False if there is no such command, or an old one without `-f`. */
async function syncFileSystem(dir: string): Promise<boolean> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    // By its full path: a build may have put its own `sync` first in PATH.
    const child = spawn('/bin/sync', ['-f', dir], { stdio: 'ignore' });
    // When the wait is given up, the child runs on. It ends when the data is written; no signal ends it before.
    child.unref();
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** For small trees, for other systems, and for Linux without that command. */
async function syncEach(dir: string, signal: AbortSignal): Promise<boolean> {
  return walk(dir, ({ path, stats }) => (stats.isFile() ? syncFile(path) : undefined), { stop: () => signal.aborted });
}

/** On another thread, since a disk may be slow; not through `fs.promises`, whose first use costs 2 ms. */
async function syncFile(path: Buffer): Promise<void> {
  // Windows flushes only what was opened for writing.
  const file = await promisify(open)(path, process.platform === 'win32' ? 'r+' : 'r');
  await promisify(fsync)(file).finally(() => promisify(close)(file));
}
