import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { LOCAL, NETWORK } from '../../lock/file/times.ts';
import { type Finding, ok, problem } from './finding.ts';
import type { Site } from './site.ts';

const ABOUT = 'heartbeats';
const WRONG_DISK = 'Holders would lose their locks there: take another disk, or other mount options.';

/** Whether a time that is set on a file is read back as it was set: that is all a heartbeat is. */
export function judgeHeartbeats({ fileSystem }: Site, dir: string): Finding[] {
  const file = join(dir, 'heartbeat');
  writeFileSync(file, '');
  const now = Date.now();
  const second = Math.ceil(now / 1000) * 1000;
  try {
    // Milliseconds where the disk keeps them, else whole seconds, odd and even: the lock library writes one of the two.
    const fine = [second + 5, now, now + 1, now + 17].every((ms) => keeps(file, ms));
    const coarse = [second, second + 1000].every((ms) => keeps(file, ms));
    if (!fine && !coarse) return [problem(ABOUT, 'A time set on a file is read back as another one.', WRONG_DISK)];
    const { heartbeatMs, staleMs } = fileSystem.network ? NETWORK : LOCAL;
    const rules = `One every ${heartbeatMs / 1000} s; a lock falls after ${staleMs / 1000} s without one, at once if its process is seen to be gone.`;
    return [ok(ABOUT, `Kept to the ${fine ? 'millisecond' : 'second'}. ${rules}`), clock(dir)];
  } catch (error) {
    return [problem(ABOUT, `The time of a file cannot be set: ${systemCode(error)}.`, WRONG_DISK)];
  }
}

function keeps(file: string, ms: number): boolean {
  const at = new Date(ms);
  utimesSync(file, at, at);
  return statSync(file).mtime.getTime() === ms;
}

/** A new file gets its time from whoever keeps the disk. Told because people wonder; nothing depends on it. */
function clock(dir: string): Finding {
  const file = join(dir, 'clock');
  const before = Date.now();
  writeFileSync(file, '');
  const { mtimeMs } = statSync(file);
  const after = Date.now();
  const off = mtimeMs > after ? mtimeMs - after : Math.min(mtimeMs - before, 0);
  // The kernel's own clock for files goes in steps of up to 10 ms, and some disks keep whole seconds.
  if (Math.abs(off) < 1000) return ok('clock', 'The clock of the disk is ours.');
  return ok(
    'clock',
    `The clock of the disk is ${formatDuration(Math.abs(off))} ${off > 0 ? 'ahead of' : 'behind'} ours. Nothing depends on it.`,
  );
}
