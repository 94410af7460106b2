import type { Reporter } from '../../base/reporter.ts';
import { deadlineIn, sleep } from '../../base/wait.ts';
import { killProcessesOf } from '../../host/proc.ts';
import type { HolderRecord, ProcessPlace } from './record.ts';

/** For how long the processes of a dead build are ended, in ms. */
const LIMIT_MS = 5000;
/** For how long one without an environment may be about to start a program. Some, such as `env -i` starts, never have any. */
const UNCLEAR_MS = 250;

/**
 * Ends what a killed action's build has left running: it may write into its folder, so it ends before its lock opens.
 * Those that run as another user, or on another host, are not found.
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
