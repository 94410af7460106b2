import { accessSync, constants, readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { isSticky } from '../../host/sticky.ts';
import { versionDir } from '../../store/layout.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import type { Site } from './site.ts';

const ABOUT = 'rights';
/** What a finding is about after which nothing more can be looked at. */
export const CLOSED = 'no rights';
const SETGID = 0o2000;
const GROUP_WRITES = 0o020;
const ALL_WRITE = 0o002;

/** Who may write to the root, and to what is in it already. */
export function judgeRights({ root }: Site): Finding[] {
  // Once the folder of this version is there, the action makes nothing above it.
  const [work = root] = [versionDir(root), join(root, 'build-once')].filter((folder) => stat(folder) !== undefined);
  const refused = refusal(work);
  if (refused !== undefined) return [refused];
  const found = [whoWrites(statSync(work)), ...stickyIn(root), ...closedIn(root)];
  if (process.getuid?.() !== 0) return found;
  return [...found, note(ABOUT, 'You are root, who may do more than the user of the runners.', 'Run it as that user.')];
}

function refusal(folder: string): Finding | undefined {
  const code = codeOf(folder);
  if (code === undefined) return undefined;
  if (code === 'EROFS') return problem(CLOSED, `${folder} is on a read-only file system.`, 'Mount it writable.');
  const what = `You may not write to ${folder} (${code}; ${modeOf(statSync(folder))}).`;
  return problem(CLOSED, what, 'Run it as the user of the runners, or give that user or its group write access.');
}

/** undefined: this user may write there. */
function codeOf(folder: string): string | undefined {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return systemCode(error) ?? 'error';
  }
}

function whoWrites(stats: Stats): Finding {
  const mode = modeOf(stats);
  if ((stats.mode & ALL_WRITE) !== 0) {
    return note(
      ABOUT,
      `Every user of this host may write there (${mode}), and could change what others use.`,
      'chmod o-w, and a group for the users of the runners.',
    );
  }
  if ((stats.mode & GROUP_WRITES) === 0) {
    return ok(
      ABOUT,
      `Only ${owner(stats)} may write there (${mode}). For several users: a group, chmod g+rws, and \`shared: group\`.`,
    );
  }
  if ((stats.mode & SETGID) !== 0)
    return ok(ABOUT, `The group ${group(stats)} may write there (${mode}): use \`shared: group\`.`);
  return note(
    ABOUT,
    `The group ${group(stats)} may write there (${mode}), but what one user makes belongs to the group of that user.`,
    'chmod g+s, and use `shared: group`.',
  );
}

/** What the sticky bit does to a folder, wherever it is met. */
const BLOCKS =
  'is sticky: users cannot remove or rename what others made there, so nobody takes over the lock of another user';

function stickyIn(root: string): Finding[] {
  const folders = [root, join(root, 'build-once'), versionDir(root), ...keysIn(root)];
  const sticky = folders.filter(isSticky);
  const [first] = sticky;
  if (first === undefined) return [];
  const more = sticky.length > 1 ? `, and so are ${sticky.length - 1} folders below it` : '';
  const advice =
    first === root
      ? `chmod -t ${root}; if others need it so, make a folder in it and name that as root.`
      : `chmod -R -t ${first}`;
  return [problem(ABOUT, `${first} ${BLOCKS}${more}.`, advice)];
}

/** What another user made without \`shared: group\`. */
function closedIn(root: string): Finding[] {
  const folders = [join(root, 'build-once'), versionDir(root), ...keysIn(root)].filter(
    (folder) => stat(folder) !== undefined,
  );
  const closed = folders.filter((folder) => codeOf(folder) !== undefined);
  const [first] = closed;
  if (first === undefined) return [];
  const stats = stat(first);
  const what = `You may not write to ${closed.length} of ${folders.length} folders in it: ${first} (${stats === undefined ? 'gone' : modeOf(stats)}).`;
  return [problem(ABOUT, what, 'Use `shared: group` in all steps, and once: chmod -R g+rwX, and g+s for folders.')];
}

/** More than these are not looked at one by one. */
const KEYS = 500;

function keysIn(root: string): string[] {
  const version = versionDir(root);
  const names = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => readdirSync(version)) ?? [];
  return names
    .filter((name) => !name.startsWith('.'))
    .slice(0, KEYS)
    .map((name) => join(version, name));
}

function stat(folder: string): Stats | undefined {
  return unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => statSync(folder));
}

function modeOf(stats: Stats): string {
  const mode = (stats.mode & 0o7777).toString(8).padStart(3, '0');
  return `mode ${mode}, owner ${owner(stats)}, group ${group(stats)}`;
}

function owner({ uid }: Stats): string {
  return nameIn('/etc/passwd', uid);
}

function group({ gid }: Stats): string {
  return nameIn('/etc/group', gid);
}

/** The number itself where the file does not know it, as with users of a directory service. */
function nameIn(file: string, id: number): string {
  const text = unless(['ENOENT', 'EACCES'], () => readFileSync(file, 'utf8')) ?? '';
  const line = text
    .split('\n')
    .map((each) => each.split(':'))
    .find(([, , number]) => number === String(id));
  return line?.[0] ?? String(id);
}
