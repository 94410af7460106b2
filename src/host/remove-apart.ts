import { spawn } from 'node:child_process';

/**
 * Deletes trees by their names in an open folder, by a child. The kernel keeps a process that deletes a file until what is
 * being written of that file is on the disk, and does not let it end before, not even when it is killed. A step that was
 * cancelled has 7 s. So it leaves the deletion to a process that it need not wait for.
 *
 * @param folder the open folder, under its name below /proc
 * @param signal ends the wait; the child runs on, and deletes nothing but trash
 * @returns whether all are gone; false where there is no such command, and when aborted
 */
export function removeApart(folder: string, names: readonly string[], signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const paths = names.map((name) => `./${name}`);
    // By its full path: a job may have put its own `rm` first in PATH. It follows no links.
    const child = spawn('/bin/rm', ['-rf', '--one-file-system', '--', ...paths], { cwd: folder, stdio: 'ignore' });
    const late = () => {
      child.unref();
      resolve(false);
    };
    if (signal.aborted) late();
    const done = (areGone: boolean) => {
      signal.removeEventListener('abort', late);
      resolve(areGone);
    };
    signal.addEventListener('abort', late);
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
  });
}
