import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { type Finding, note, ok, problem } from './finding.ts';

const ABOUT = 'renames';
const WRONG_DISK = 'This disk cannot keep the cache. Take a local disk, or NFS 4.';
const DONE = 'done';
/** What Windows answers to a rename onto an empty folder. The action removes that folder first. */
const ONTO_EMPTY = process.platform === 'win32' ? ['EPERM', 'EEXIST'] : [DONE];

/** Judges whether renames in `dir` do what the lock and publishing need. */
export function judgeRenames(dir: string): Finding[] {
  const full = renameFolder(dir, 'full', ['kept']);
  const wrong = [
    unexpected('of a folder to a free name', renameFolder(dir, 'free'), [DONE]),
    unexpected('of a folder onto an empty one', renameFolder(dir, 'empty', []), ONTO_EMPTY),
    unexpected('of a read-only folder', renameFolder(dir, 'readonly', undefined, 0o555), [DONE]),
    unexpected('of a file onto another', renameFile(dir), [DONE]),
    unexpected('of a folder onto one that is not empty', full, ['EEXIST', 'ENOTEMPTY', 'EPERM', 'EACCES']),
  ].filter((finding) => finding !== undefined);
  if (wrong.length > 0) return wrong;
  return [ok(ABOUT, `A folder moves onto a free name or an empty folder, and not onto a full one (${full}).`)];
}

function unexpected(what: string, got: string, wanted: readonly string[]): Finding | undefined {
  if (wanted.includes(got)) return undefined;
  const seen = got === DONE ? 'was done, and must fail' : `failed with ${got}`;
  return problem(ABOUT, `A rename ${what} ${seen}.`, WRONG_DISK);
}

/** Renames a folder onto `name`, which holds the files `there`, or is missing. Returns `done` or the error code. */
function renameFolder(dir: string, name: string, there?: readonly string[], mode = 0o755): string {
  const [from, to] = [join(dir, `${name}-from`), join(dir, name)];
  mkdirSync(from);
  writeFileSync(join(from, 'moved'), '');
  chmodSync(from, mode);
  if (there !== undefined) mkdirSync(to);
  for (const file of there ?? []) writeFileSync(join(to, file), '');
  try {
    renameSync(from, to);
  } catch (error) {
    return systemCode(error) ?? 'error';
  } finally {
    chmodSync(existsSync(from) ? from : to, 0o755);
  }
  return existsSync(from) || readdirSync(to).join() !== 'moved' ? 'only half of it done' : DONE;
}

/** Renames a file onto another one, as a manifest replaces an older one. Returns `done` or the error code. */
function renameFile(dir: string): string {
  const [from, to] = [join(dir, 'new.json'), join(dir, 'old.json')];
  writeFileSync(from, 'new');
  writeFileSync(to, 'old');
  try {
    renameSync(from, to);
  } catch (error) {
    return systemCode(error) ?? 'error';
  }
  return readFileSync(to, 'utf8') === 'new' ? DONE : 'the old file still there';
}

/** Judges whether there are symlinks. */
export function judgeLinks(dir: string): Finding[] {
  try {
    symlinkSync('target', join(dir, 'link'));
    return [];
  } catch (error) {
    return [note('links', `No symlinks (${systemCode(error)}): many builds have some, and \`tool\` needs one.`)];
  }
}
