import { NETWORK } from '../../lock/file/times.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import type { Mount } from './mounts.ts';

const ABOUT = 'mount';
/** Longest time, in s, that another host's heartbeat may stay unseen before a living job is taken for dead. */
const UNSEEN_LIMIT = (NETWORK.staleMs - 2 * NETWORK.heartbeatMs) / 1000;
/** What NFS clients have when nothing is set, in s. */
const NFS_DEFAULT = 60;

/** What the options of a mount mean for jobs that share it. */
export function judgeMount(mount: Mount): Finding[] {
  const found = [...runnable(mount), ...steady(mount), ...byType(mount)];
  return found.some(({ level }) => level !== 'ok') ? found : [ok(ABOUT, `${told(mount)}: no option stands in the way`)];
}

function told({ type, source, point }: Mount): string {
  return `${source} (${type}) at ${point}`;
}

function byType(mount: Mount): Finding[] {
  const { type } = mount;
  if (/^nfs\d?$/.test(type)) {
    return [...nfsVersion(mount), ...fresh(mount), ...attributes(mount), ...names(mount)];
  }
  if (/^(?:cifs|smb3?)$/.test(type)) return [...attributes(mount), ...loose(mount)];
  return /^fuse\.(?:.*s3.*|goofys|gcsfuse|rclone|blobfuse2?)$/.test(type) ? [objectStore(mount)] : [];
}

function runnable({ options }: Mount): Finding[] {
  if (!options.has('noexec')) return [];
  return [
    note(
      ABOUT,
      'noexec: programs of a build cannot be started there.',
      'Mount it without noexec, unless it only holds data.',
    ),
  ];
}

/** Told by the word alone: what is mounted hard says `hard`. */
function steady({ options }: Mount): Finding[] {
  const soft = ['soft', 'softerr'].find((option) => options.has(option));
  if (soft === undefined) return [];
  const what = `${soft}: a slow server turns into failed or half-done writes.`;
  return [problem(ABOUT, what, 'Mount it with hard instead.')];
}

function nfsVersion({ options }: Mount): Finding[] {
  if (!/^2/.test(options.get('vers') ?? '')) return [];
  return [
    problem(ABOUT, 'vers=2: NFS 2 cannot make a file exclusively.', 'Mount it with vers=4.2, or vers=3 at least.'),
  ];
}

/** Opening a folder asks the server whether it has changed; by this, listings see what other hosts publish. */
function fresh({ options }: Mount): Finding[] {
  if (!options.has('nocto')) return [];
  const what = 'nocto: a listing may be as old as attributes are cached, and so hide what other hosts publish.';
  return [problem(ABOUT, what, 'Mount it without nocto.')];
}

/** Attribute caches hide heartbeats, those of folders hide names. */
function attributes({ options }: Mount): Finding[] {
  if (options.has('noac')) {
    return [note(ABOUT, 'noac: safe, and slow: each look asks the server.', `actimeo=${NFS_DEFAULT} is enough.`)];
  }
  const seconds = (name: string) => Number(options.get(name) ?? options.get('actimeo') ?? NFS_DEFAULT);
  const [files, folders] = [seconds('acregmax'), seconds('acdirmax')];
  if (files > UNSEEN_LIMIT) {
    const what = `acregmax=${files}: the heartbeat of a living job on another host may stay unseen for so long that its lock is taken over (stale after ${NETWORK.staleMs / 1000} s).`;
    return [problem(ABOUT, what, `Mount it with acregmax=${NFS_DEFAULT} or less.`)];
  }
  if (folders <= NFS_DEFAULT) return [];
  const what = `acdirmax=${folders}: what other hosts publish may be seen that late.`;
  return [note(ABOUT, what, `Mount it with acdirmax=${NFS_DEFAULT} or less.`)];
}

function names({ options }: Mount): Finding[] {
  const cache = options.get('lookupcache') ?? 'all';
  if (cache !== 'all') return [];
  const what =
    'lookupcache=all, which is the default: "no such file" is remembered for up to a minute. build-once lists the folder before it believes it; other programs do not.';
  return [note(ABOUT, what, 'lookupcache=positive avoids it.')];
}

function loose({ options }: Mount): Finding[] {
  if (options.get('cache') !== 'loose') return [];
  return [problem(ABOUT, 'cache=loose: files of other hosts may be seen as they were.', 'Mount it with cache=strict.')];
}

function objectStore({ type }: Mount): Finding {
  const what = `${type}: an object store has no rename of a folder in one step, which the lock and publishing need.`;
  return problem(ABOUT, what, 'Name a root on a file system: a local disk, or NFS.');
}
