import { accessSync, constants, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode, unless } from '../../base/errors.ts';
import { isSticky } from '../../host/access/sticky.ts';
import { versionDir } from '../../store/layout.ts';
import { type Finding, note, ok, problem } from './finding.ts';
import type { Site } from './site.ts';

const ABOUT = 'rights';
/** The `about` of a finding that keeps all further checks from working. */
export const CLOSED = 'no rights';
const SETGID = 0o2000;
const GROUP_WRITES = 0o020;
const ALL_WRITE = 0o002;
/** The folders of more keys are not looked at one by one. */
const MAX_KEYS = 500;

/** Judges who may write to the root, and to what is in it already. */
export function judgeRights({ root }: Site): Finding[] {
  const own = [join(root, 'build-once'), versionDir(root), ...keyFolders(root)].filter((folder) => stat(folder));
  // The action writes only to the folder of this version once that is there.
  const work = [versionDir(root), join(root, 'build-once')].find((folder) => own.includes(folder)) ?? root;
  const refused = judgeAccess(work);
  if (refused !== undefined) return [refused];
  const found = [judgeWriters(statSync(work)), ...judgeSticky([root, ...own]), ...judgeClosed(own)];
  if (process.getuid?.() !== 0) return found;
  return [
    ...found,
    note(ABOUT, 'This user is root, who may do more than the user of the runners.', 'Run it as that user.'),
  ];
}

function judgeAccess(folder: string): Finding | undefined {
  const code = refusalOf(folder);
  if (code === undefined) return undefined;
  if (code === 'EROFS') return problem(CLOSED, `${folder} is on a read-only file system.`, 'Mount it writable.');
  const what = `This user may not write to ${folder} (${code}; ${describe(statSync(folder))}).`;
  return problem(CLOSED, what, 'Run it as the user of the runners, or give that user or its group write access.');
}

/** The error code of a write to `folder`; undefined if this user may write. */
function refusalOf(folder: string): string | undefined {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return systemCode(error) ?? 'error';
  }
}

function judgeWriters(stats: Stats): Finding {
  const mode = describe(stats);
  if ((stats.mode & ALL_WRITE) !== 0) {
    const what = `Every user of this host may write there (${mode}), and could change what others use.`;
    return note(ABOUT, what, 'chmod o-w, and a group for the users of the runners.');
  }
  if ((stats.mode & GROUP_WRITES) === 0) {
    const several = 'For several users: a group, chmod g+rws, and `shared: group`';
    return ok(ABOUT, `Only the owner may write there (${mode}). ${several}.`);
  }
  if ((stats.mode & SETGID) !== 0) return ok(ABOUT, `The group may write there (${mode}): use \`shared: group\`.`);
  const what = `The group may write there (${mode}), but what a user makes belongs to that user's own group.`;
  return note(ABOUT, what, 'chmod g+s, and use `shared: group`.');
}

function judgeSticky(folders: readonly string[]): Finding[] {
  const [first, ...more] = folders.filter(isSticky);
  if (first === undefined) return [];
  const also = more.length > 0 ? `, and so are ${more.length} folders below it` : '';
  const what = `${first} is sticky${also}: users cannot remove or rename what others made there, so nobody takes over the lock of another user.`;
  const advice =
    first === folders[0]
      ? `chmod -t ${first}. If others need the bit, make a folder in it and name that as root.`
      : `chmod -R -t ${first}`;
  return [problem(ABOUT, what, advice)];
}

/** Judges what another user made without `shared: group`. */
function judgeClosed(folders: readonly string[]): Finding[] {
  const closed = folders.filter((folder) => refusalOf(folder) !== undefined);
  const [first] = closed;
  if (first === undefined) return [];
  const stats = stat(first);
  const what = `This user may not write to ${closed.length} of ${folders.length} folders in it: ${first} (${stats ? describe(stats) : 'gone'}).`;
  return [problem(ABOUT, what, 'Use `shared: group` in all steps, and once: chmod -R g+rwX, and g+s for folders.')];
}

function keyFolders(root: string): string[] {
  const version = versionDir(root);
  const names = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => readdirSync(version)) ?? [];
  return names
    .filter((name) => !name.startsWith('.'))
    .slice(0, MAX_KEYS)
    .map((name) => join(version, name));
}

function stat(folder: string): Stats | undefined {
  return unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => statSync(folder));
}

function describe({ mode, uid, gid }: Stats): string {
  return `mode ${(mode & 0o7777).toString(8).padStart(3, '0')}, owner ${uid}, group ${gid}`;
}
