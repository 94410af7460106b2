import { mkdirSync, readFileSync, renameSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { stopwatch } from '../../base/wait.ts';
import { LONGEST_SOCKET_PATH, listenAt } from '../../host/socket.ts';
import { judgeBySocket } from '../../lock/file/liveness.ts';
import { LOCAL, NETWORK } from '../../lock/file/times.ts';
import { atMost } from './at-most.ts';
import { type Finding, note, ok } from './finding.ts';
import type { Site } from './site.ts';

const EVENT_LIMIT_MS = 2000;

/** Whether a change in `dir` wakes one who watches it. */
export async function judgeWatch({ fileSystem }: Site, dir: string): Promise<Finding> {
  const { slowestPollMs } = fileSystem.network ? NETWORK : LOCAL;
  const poll = `looks every ${formatDuration(slowestPollMs)}`;
  const seen = await changeSeen(dir);
  if (typeof seen === 'number') {
    const rest = fileSystem.network ? ` Changes made by other hosts wake nobody: one who waits for them ${poll}.` : '';
    return ok(
      'watch',
      `A change made on this host wakes those who wait, after ${formatDuration(Math.max(1, seen))}.${rest}`,
    );
  }
  const why = seen === undefined ? 'A change wakes nobody' : `This user may watch no more folders (${seen})`;
  const limit = unless(['ENOENT', 'EACCES'], () =>
    readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8').trim(),
  );
  const advice =
    seen === undefined || limit === undefined
      ? undefined
      : `sysctl fs.inotify.max_user_instances is ${limit}: set it to 1024.`;
  return note('watch', `${why}: one who waits ${poll}.`, advice);
}

/** Milliseconds until the event; the error code where watching is refused; undefined where no event comes. */
async function changeSeen(dir: string): Promise<number | string | undefined> {
  mkdirSync(join(dir, 'event'));
  try {
    let notice = () => {};
    const noticed = new Promise<void>((resolve) => {
      notice = resolve;
    });
    const watcher = watch(dir, { persistent: false }, (_event, name) => name === 'watched' && notice());
    try {
      const since = stopwatch();
      renameSync(join(dir, 'event'), join(dir, 'watched'));
      return await atMost(EVENT_LIMIT_MS, noticed.then(since));
    } finally {
      watcher.close();
    }
  } catch (error) {
    return systemCode(error) ?? 'error';
  }
}

/** `/build-once/v1/<id>/holders/<token>.sock`, with the shortest and the longest id of a key. */
const [SHORTEST, LONGEST] = [63, 82];

/** Whether a holder in another container of this host can be asked if it lives. */
export async function judgeSocket({ root, fileSystem }: Site, dir: string): Promise<Finding> {
  if (fileSystem.network) {
    return ok(
      'containers',
      `A job killed in another container is noticed after ${NETWORK.staleMs / 1000} s, as on another host.`,
    );
  }
  const late = `a job killed in another container of this host is noticed after ${LOCAL.staleMs / 1000} s`;
  const most = LONGEST_SOCKET_PATH - SHORTEST;
  if (root.length > most) {
    return note(
      'containers',
      `The path is too long for sockets: ${late}.`,
      `Take a root of at most ${LONGEST_SOCKET_PATH - LONGEST} characters, if jobs run in containers.`,
    );
  }
  if (!(await answers(join(dir, 'socket')))) return note('containers', `No sockets on this disk: ${late}.`);
  if (root.length <= LONGEST_SOCKET_PATH - LONGEST)
    return ok('containers', 'A job killed in another container of this host is noticed at once.');
  return note(
    'containers',
    `The path is too long for the sockets of keys with long names: then ${late}.`,
    `Take a root of at most ${LONGEST_SOCKET_PATH - LONGEST} characters, if jobs run in containers.`,
  );
}

async function answers(path: string): Promise<boolean> {
  const server = await listenAt(path);
  const answer = server !== undefined && (await judgeBySocket(path)) === 'alive';
  server?.close();
  rmSync(path, { force: true });
  return answer;
}
