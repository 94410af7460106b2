import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { stopwatch, within } from '../../base/wait.ts';
import { LOCAL, NETWORK } from '../../lock/file/times.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import type { Site } from './site.ts';

/** Judges whether a time that is set on a file is read back as it was set. A heartbeat is nothing else. */
export function judgeHeartbeats({ fileSystem }: Site, dir: string): Finding {
  const wrongDisk = 'Holders would lose their locks there. Take another disk, or other mount options.';
  const file = join(dir, 'heartbeat');
  writeFileSync(file, '');
  const now = Date.now();
  const second = Math.ceil(now / 1000) * 1000;
  try {
    // The lock library writes milliseconds if the disk keeps them, else whole seconds, odd and even.
    const fine = [second + 5, now, now + 1, now + 17].every((ms) => keepsTime(file, ms));
    const coarse = [second, second + 1000].every((ms) => keepsTime(file, ms));
    if (!fine && !coarse) return problem('heartbeats', 'A time set on a file is read back as another one.', wrongDisk);
    const { heartbeatMs, staleMs } = fileSystem.network ? NETWORK : LOCAL;
    const rule = `One every ${heartbeatMs / 1000} s; a lock falls after ${staleMs / 1000} s without one, at once if its process is seen to be gone.`;
    return ok('heartbeats', `Kept to the ${fine ? 'millisecond' : 'second'}. ${rule}`);
  } catch (error) {
    return problem('heartbeats', `The time of a file cannot be set: ${systemCode(error)}.`, wrongDisk);
  }
}

function keepsTime(file: string, ms: number): boolean {
  const at = new Date(ms);
  utimesSync(file, at, at);
  return statSync(file).mtime.getTime() === ms;
}

const EVENT_LIMIT_MS = 2000;

/** Judges whether a change in `dir` wakes a process that watches it. */
export async function judgeWatch({ fileSystem }: Site, dir: string): Promise<Finding> {
  const poll = `waiters look every ${formatDuration((fileSystem.network ? NETWORK : LOCAL).slowestPollMs)}`;
  const seen = await timeEvent(dir);
  if (typeof seen === 'number') {
    const others = fileSystem.network ? ` Changes made by other hosts raise no event: ${poll}.` : '';
    const after = formatDuration(Math.max(1, seen));
    return ok('watch', `A change made on this host wakes the waiters of this host, after ${after}.${others}`);
  }
  if (seen === undefined) return note('watch', `A change raises no event: ${poll}.`);
  const file = '/proc/sys/fs/inotify/max_user_instances';
  const limit = unless(['ENOENT', 'EACCES'], () => readFileSync(file, 'utf8').trim());
  const advice = limit && `sysctl fs.inotify.max_user_instances is ${limit}: set it to 1024.`;
  return note('watch', `This user may watch no more folders (${seen}): ${poll}.`, advice);
}

/** Milliseconds until the event of a change; the error code if watching is refused; undefined if no event comes. */
async function timeEvent(dir: string): Promise<number | string | undefined> {
  mkdirSync(join(dir, 'event'));
  try {
    let notify = () => {};
    const event = new Promise<void>((resolve) => {
      notify = resolve;
    });
    const watcher = watch(dir, { persistent: false }, (_type, name) => name === 'watched' && notify());
    try {
      const since = stopwatch();
      renameSync(join(dir, 'event'), join(dir, 'watched'));
      const took = await within(event.then(since), EVENT_LIMIT_MS);
      return took === 'late' ? undefined : took;
    } finally {
      watcher.close();
    }
  } catch (error) {
    return systemCode(error) ?? 'error';
  }
}
