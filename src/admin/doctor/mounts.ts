import { readFileSync } from 'node:fs';

/** What is mounted where a folder is. */
export interface Mount {
  readonly point: string;
  /** `nfs4`, `ext4`, `fuse.sshfs`. */
  readonly type: string;
  /** The disk, or `server:/path`. */
  readonly source: string;
  /** Options of the mount and of what is mounted; the value is empty for a word that stands alone. */
  readonly options: ReadonlyMap<string, string>;
}

/** The mount that holds `path`, a real path; undefined where the system has no list of mounts. */
export function mountOf(path: string, list: string = readList()): Mount | undefined {
  const holding = list
    .split('\n')
    .map(parse)
    .filter((mount) => mount !== undefined && holds(mount.point, path));
  // Of mounts on one another the last one is seen.
  return holding.reduce(
    (best, each) => ((each?.point.length ?? 0) >= (best?.point.length ?? 0) ? each : best),
    undefined,
  );
}

function readList(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

function holds(point: string, path: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

/** A line of proc(5): id, parent, device, root, point, options, tags up to a `-`, type, source, options. */
function parse(line: string): Mount | undefined {
  const [front = '', back = ''] = line.split(' - ');
  const [, , , , point, own] = front.split(' ');
  const [type, source, shared = ''] = back.split(' ');
  if (point === undefined || own === undefined || type === undefined || source === undefined) return undefined;
  const options = [...shared.split(','), ...own.split(',')].map((option): [string, string] => {
    const at = option.indexOf('=');
    return at < 0 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
  });
  return { point: plain(point), type, source: plain(source), options: new Map(options) };
}

/** Blanks and backslashes are written in octal. */
function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
