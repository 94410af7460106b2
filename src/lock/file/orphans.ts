import type { Reporter } from '../../base/reporter.ts';
import { deadlineIn, sleep } from '../../base/wait.ts';
import { killProcessesOf } from '../../host/proc.ts';
import type { HolderRecord, ProcessPlace } from './record.ts';

/** For how long the processes of a dead build are ended, in ms. */
const LIMIT_MS = 5000;
/** For how long, in ms, a process without an environment may be starting a program. One started by `env -i` never has any. */
const UNCLEAR_MS = 250;

/**
 * Ends the processes that a killed action's build has left running. They may write into their build folder, so they end
 * before the lock opens. Processes of another user, or on another host, are not found.
 */
export async function endOrphans(
  dead: HolderRecord,
  place: ProcessPlace,
  reporter: Pick<Reporter, 'warn'>,
): Promise<void> {
  const [limit, unclear] = [deadlineIn(LIMIT_MS), deadlineIn(UNCLEAR_MS)];
  const token = dead.asker.build ?? dead.token;
  // Another container, and a clone of this machine, may count its ticks from another moment on.
  const isHere = dead.pidNamespace === place.pidNamespace && dead.host === place.host;
  const since = isHere ? dead.startTime : undefined;
  let left = killProcessesOf(token, [], since);
  while (left.some(({ killed }) => killed) || (left.length > 0 && unclear.left() > 0)) {
    if (limit.left() < 0) {
      const pids = left.flatMap(({ pid, killed }) => (killed ? pid : [])).join(', ');
      reporter.warn(
        `Processes ${pids} of a dead build could not be ended: they were killed, and hang on a disk. Look at them with \`ps\`.`,
      );
      return;
    }
    await sleep(5);
    left = killProcessesOf(token, left, since);
  }
}
