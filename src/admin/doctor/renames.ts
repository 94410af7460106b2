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
const WRONG_DISK = 'This disk cannot keep the cache: take a local disk, or NFS 4.';

/** Whether renames in `dir` do what the lock and publishing are made of. */
export function judgeRenames(dir: string): Finding[] {
  const wrong = [
    unexpected('of a folder to a name that is free', tryRename(dir, 'free'), [undefined]),
    unexpected(
      'of a folder onto an empty one',
      tryRename(dir, 'empty', []),
      process.platform === 'win32' ? ['EPERM', 'EEXIST'] : [undefined],
    ),
    unexpected('of a folder that is read-only', tryRename(dir, 'readonly', undefined, 0o555), [undefined]),
    replaced(dir),
  ].filter((finding) => finding !== undefined);
  const full = tryRename(dir, 'full', ['kept']);
  const onto = unexpected('of a folder onto one that is not empty', full, ['EEXIST', 'ENOTEMPTY', 'EPERM', 'EACCES']);
  if (onto !== undefined) return [...wrong, onto];
  return wrong.length > 0
    ? wrong
    : [ok(ABOUT, `A folder moves onto a free name or an empty folder, and not onto a full one (${full}).`)];
}

/** Returns the error code; undefined: it was done. */
function tryRename(dir: string, name: string, there?: readonly string[], mode = 0o755): string | undefined {
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
  return existsSync(from) || readdirSync(to).join() !== 'moved' ? 'done by halves' : undefined;
}

function unexpected(
  what: string,
  got: string | undefined,
  wanted: readonly (string | undefined)[],
): Finding | undefined {
  if (wanted.includes(got)) return undefined;
  const seen = got === undefined ? 'was done, and must fail' : `failed with ${got}`;
  return problem(ABOUT, `A rename ${what} ${seen}.`, WRONG_DISK);
}

/** A manifest takes the place of another one. */
function replaced(dir: string): Finding | undefined {
  const [from, to] = [join(dir, 'new.json'), join(dir, 'old.json')];
  writeFileSync(from, 'new');
  writeFileSync(to, 'old');
  try {
    renameSync(from, to);
  } catch (error) {
    return unexpected('of a file onto another', systemCode(error), []);
  }
  return readFileSync(to, 'utf8') === 'new'
    ? undefined
    : problem(ABOUT, 'A file was renamed onto another, and the old one is still read.', WRONG_DISK);
}

/** What builds may need of the names on this disk; the action itself needs it only for `tool` and `link`. */
export function judgeNames(dir: string): Finding[] {
  const found: Finding[] = [];
  try {
    symlinkSync('target', join(dir, 'link'));
  } catch (error) {
    found.push(note('names', `No symlinks (${systemCode(error)}): many builds have some, and \`tool\` needs one.`));
  }
  writeFileSync(join(dir, 'case'), '');
  if (existsSync(join(dir, 'CASE'))) {
    found.push(
      note(
        'names',
        'Names that differ only in case are one: keys are kept apart all the same, files of a build are not.',
      ),
    );
  }
  return found;
}
