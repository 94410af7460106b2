import { readFileSync } from 'node:fs';
import { unless } from '../../base/errors.ts';
import { NETWORK } from '../../lock/file/times.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** A mounted file system. */
export interface Mount {
  readonly point: string;
  /** `nfs4`, `ext4`, `fuse.sshfs`. */
  readonly type: string;
  /** The disk, or `server:/path`. */
  readonly source: string;
  /** Options of the mount and of its file system. A word that stands alone has the value ''. */
  readonly options: ReadonlyMap<string, string>;
}

/**
 * The mount that holds `path`, a real path. undefined if the system has no list of mounts.
 * @param list the text of `/proc/self/mountinfo`
 */
export function mountOf(path: string, list: string = readList()): Mount | undefined {
  let best: Mount | undefined;
  for (const mount of list.split('\n').map(parse)) {
    if (mount === undefined || !holds(mount.point, path)) continue;
    // Of several mounts at one point, the last one is visible.
    if (best === undefined || mount.point.length >= best.point.length) best = mount;
  }
  return best;
}

function readList(): string {
  return unless(['ENOENT', 'EACCES'], () => readFileSync('/proc/self/mountinfo', 'utf8')) ?? '';
}

function holds(point: string, path: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

/** Parses a line of proc(5): id, parent, device, root, point, options, tags up to a `-`, type, source, options. */
function parse(line: string): Mount | undefined {
  const [front = '', back = ''] = line.split(' - ');
  const [, , , , point, own] = front.split(' ');
  const [type, source, shared = ''] = back.split(' ');
  if (point === undefined || own === undefined || type === undefined || source === undefined) return undefined;
  const options = `${shared},${own}`.split(',').map((option): [string, string] => {
    const [name = '', ...value] = option.split('=');
    return [name, value.join('=')];
  });
  return { point: unoctal(point), type, source: unoctal(source), options: new Map(options) };
}

/** The kernel writes blanks and backslashes in octal. */
function unoctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

const ABOUT = 'mount';
const ANY = /./;
const NFS = /^nfs\d?$/;
const SMB = /^(?:cifs|smb3?)$/;
const OBJECT_STORE = /^fuse\.(?:.*s3.*|goofys|gcsfuse|rclone|blobfuse2?)$/;

/** An option that gets in the way: the file systems, the option, the level, the harm and the advice. */
type Rule = readonly [type: RegExp, option: RegExp, level: 'note' | 'problem', harm: string, advice: string];

const rules: readonly Rule[] = [
  [
    ANY,
    /^noexec$/,
    'note',
    'programs of a build cannot be started there',
    'Mount it without noexec, unless it only holds data.',
  ],
  [
    ANY,
    /^soft(?:err)?$/,
    'problem',
    'a slow server turns into failed or half-done writes',
    'Mount it with hard instead.',
  ],
  [NFS, /^vers=2/, 'problem', 'NFS 2 cannot make a file exclusively', 'Mount it with vers=4.2, or vers=3 at least.'],
  // Opening a folder asks the server whether it has changed. This is how listings see what other hosts publish.
  [
    NFS,
    /^nocto$/,
    'problem',
    'a listing may be as old as attributes are cached, and so hide what other hosts publish',
    'Mount it without nocto.',
  ],
  [
    NFS,
    /^lookupcache=all$/,
    'note',
    '"no such file" is remembered for up to a minute. build-once lists the folder before it believes it; other programs do not',
    'lookupcache=positive avoids it.',
  ],
  [SMB, /^cache=loose$/, 'problem', 'files of other hosts may be seen as they were', 'Mount it with cache=strict.'],
];

/** Judges the options of a mount that jobs share. */
export function judgeMount({ type, source, point, options }: Mount): Finding[] {
  const found: Finding[] = [];
  const all = new Map([...(NFS.test(type) ? [['lookupcache', 'all'] as const] : []), ...options]);
  for (const [name, value] of all) {
    const option = value === '' ? name : `${name}=${value}`;
    for (const [types, pattern, level, harm, advice] of rules) {
      if (types.test(type) && pattern.test(option)) found.push(finding(level, `${option}: ${harm}.`, advice));
    }
  }
  if (NFS.test(type) || SMB.test(type)) found.push(...judgeCaches(options));
  if (OBJECT_STORE.test(type)) {
    const what = `${type}: an object store has no rename of a folder in one step, which the lock and publishing need.`;
    found.push(problem(ABOUT, what, 'Name a root on a file system: a local disk, or NFS.'));
  }
  return found.length > 0 ? found : [ok(ABOUT, `${source} (${type}) at ${point}: no option stands in the way.`)];
}

function finding(level: 'note' | 'problem', what: string, advice: string): Finding {
  return level === 'note' ? note(ABOUT, what, advice) : problem(ABOUT, what, advice);
}

/** Longest time, in s, that a heartbeat of another host may stay unseen before a living job is taken for dead. */
const UNSEEN_LIMIT = (NETWORK.staleMs - 2 * NETWORK.heartbeatMs) / 1000;
/** How long NFS clients cache attributes if nothing is set, in s. */
const DEFAULT_CACHE = 60;

/** Cached attributes of files hide heartbeats. Cached attributes of folders hide names. */
function judgeCaches(options: Mount['options']): Finding[] {
  if (options.has('noac')) {
    return [note(ABOUT, 'noac: safe, and slow: each look asks the server.', `actimeo=${DEFAULT_CACHE} is enough.`)];
  }
  const seconds = (name: string) => Number(options.get(name) ?? options.get('actimeo') ?? DEFAULT_CACHE);
  const [files, folders] = [seconds('acregmax'), seconds('acdirmax')];
  if (files > UNSEEN_LIMIT) {
    const what = `acregmax=${files}: the heartbeat of a living job on another host may stay unseen for so long that its lock is taken over (stale after ${NETWORK.staleMs / 1000} s).`;
    return [problem(ABOUT, what, `Mount it with acregmax=${DEFAULT_CACHE} or less.`)];
  }
  if (folders <= DEFAULT_CACHE) return [];
  const what = `acdirmax=${folders}: what other hosts publish may be seen that late.`;
  return [note(ABOUT, what, `Mount it with acdirmax=${DEFAULT_CACHE} or less.`)];
}
