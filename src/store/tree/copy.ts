import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  type Stats,
  statSync,
  symlinkSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { unless } from '../../base/errors.ts';
import { Pace } from '../../host/walk.ts';
import { copyAttributes } from './attributes.ts';
import { Made } from './made.ts';
import {
  about,
  byDescriptor,
  changed,
  childOf,
  FOLDER,
  NO_LINK,
  named,
  OPEN_FILES,
  openAs,
  type Place,
  placeOf,
  requireSame,
  timesOf,
  windows,
} from './place.ts';
import { copySparse, isSparse } from './sparse.ts';

/** Larger files are copied on another thread, so that timers and signals do not wait for them. */
const LARGE = 1024 * 1024;
const { COPYFILE_EXCL, COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE } = constants;

const isRoot = process.geteuid?.() === 0;
/** What file systems say that have no owners or modes, and the kernel of owners that a container does not know. */
const NO_MODES = ['EPERM', 'ENOTSUP'];
const NO_OWNERS = [...NO_MODES, 'EINVAL'];

interface Folder {
  readonly from: Place;
  readonly to: Place;
  readonly stats: Stats;
  /** Open folders: the source and the copy. */
  readonly files: readonly [number, number] | undefined;
  /** Those that are still to be copied. */
  readonly names: string[];
}

/**
 * Copies a tree to `to`, which must not exist, as `cp -a` does: symlinks as they are, hard links within the tree, holes,
 * modes whatever the umask, times of files, folders and symlinks (make and Python compare them), for root owners too. But
 * the owner may write all of it, and a setuid or setgid bit of a file is kept only if it means the same user or group.
 * Extended attributes are copied where there is GNU cp (attributes.ts). Files share their blocks where the file system can
 * (reflinks). Pipes, sockets and devices have no contents and are left out.
 *
 * Others may be able to write to `from`. What they swap meanwhile is never followed: on Linux each name is opened below
 * its open folder and must be what it was when it was looked at; elsewhere each path is looked at again afterwards.
 *
 * Not `fs.cp`, which stumbles over names that are not UTF-8 and, keeping times, took 2.9 to 3.8 s for 10,000 files.
 *
 * @throws the signal's reason when aborted, leaving what was copied; the system's error, with the path that it is about;
 * an error with the code REPLACED and a path
 */
export async function copyTree(from: string, to: string, signal?: AbortSignal): Promise<void> {
  const [source, target] = [from, to].map((path) => placeOf(Buffer.from(path).toString('latin1'))) as [Place, Place];
  const top = enter(source, target);
  const folders = [top];
  const made = new Made(target, top.files?.[1]);
  const pace = new Pace();
  try {
    for (let folder = folders.at(-1); folder !== undefined; folder = folders.at(-1)) {
      if (pace.due) await pace.rest();
      signal?.throwIfAborted();
      const name = folder.names.pop();
      if (name === undefined) {
        if (folder === top) await copyAllAttributes(top, made, signal);
        leave(folder);
        folders.pop();
        continue;
      }
      const one = childOf(folder.from, name, folder.files?.[0]);
      const copy = childOf(folder.to, name, folder.files?.[1]);
      const stats = about(one, () => lstatSync(one.call));
      made.add();
      if (stats.isDirectory()) folders.push(enter(one, copy));
      else if (stats.isSymbolicLink()) copyLink(one, copy, stats);
      else if (stats.isFile()) await copyOne(one, copy, made, signal);
      else made.leaveOut(folder.to, folder.stats);
    }
  } finally {
    for (const { files } of folders) files?.forEach((file) => void closeSync(file));
  }
}

/** While the top of the copy is still closed to others: where the file system has no modes, it is not, and has no attributes. */
async function copyAllAttributes({ from, files }: Folder, made: Made, signal?: AbortSignal): Promise<void> {
  if (!byDescriptor || files === undefined) return;
  const { mode, uid } = fstatSync(files[1]);
  if ((mode & 0o077) !== 0 || uid !== process.geteuid?.()) return;
  await copyAttributes(...files, signal);
  if (!(await made.isAll())) throw named(changed(), from);
}

/** Makes the copy of a folder, closed to others until it is whole. */
function enter(from: Place, to: Place): Folder {
  const source = about(from, () => openAs(from, FOLDER, 'isDirectory'));
  let copy: number | undefined;
  try {
    about(to, () => mkdirSync(to.call, { mode: 0o700 }));
    copy = windows ? undefined : about(to, () => openSync(to.call, FOLDER));
    const call = byDescriptor ? Buffer.from(`${OPEN_FILES}/${source.file}`) : from.call;
    const names = about(from, () => readdirSync(call, 'latin1'));
    const files = source.file === undefined || copy === undefined ? undefined : ([source.file, copy] as const);
    return { from, to, stats: source.stats, files, names };
  } catch (error) {
    for (const file of [source.file, copy]) if (file !== undefined) closeSync(file);
    throw error;
  }
}

/** Modes and times come last: each name that is made in a folder changes its time. */
function leave({ from, to, stats, files }: Folder): void {
  if (!byDescriptor) requireSame(from, stats);
  if (files === undefined) return;
  about(to, () => {
    if (isRoot) unless(NO_OWNERS, () => fchownSync(files[1], stats.uid, stats.gid));
    setMode(files[1], stats);
    futimesSync(files[1], ...timesOf(stats));
  });
  for (const file of files) closeSync(file);
}

function setMode(file: number, stats: Stats): void {
  const mode = (stats.mode & 0o7777) | 0o700;
  if ((fstatSync(file).mode & 0o7777) !== mode) unless(NO_MODES, () => fchmodSync(file, mode));
}

function copyLink(from: Place, to: Place, stats: Stats): void {
  const target = about(from, () => linkTextOf(from));
  about(to, () => {
    symlinkSync(target, to.call, kindOfLink(from.call));
    setOwner(to, stats);
    lutimesSync(to.call, ...timesOf(stats));
  });
}

function linkTextOf({ call }: Place): Buffer {
  const text = unless(['EINVAL', 'ENOENT'], () => readlinkSync(call, 'buffer'));
  if (text === undefined) throw changed();
  return text;
}

async function copyOne(from: Place, to: Place, made: Made, signal?: AbortSignal): Promise<void> {
  const { file, stats } = about(from, () => openAs(from, NO_LINK, 'isFile'));
  try {
    const id = stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : undefined;
    if (id !== undefined && made.link(id, to)) return;
    // The source is open, so what fails now is the copy.
    await copyContents(file, from, to, stats, signal).catch((error) => {
      throw named(error, to);
    });
    about(to, () => {
      // To change the owner takes setuid and setgid away.
      setOwner(to, stats);
      const mode = modeOf(stats, to);
      if (isRoot || (stats.mode & 0o7777) !== mode) unless(NO_MODES, () => chmodSync(to.call, mode));
      lutimesSync(to.call, ...timesOf(stats));
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
  if (!byDescriptor) requireSame(from, stats);
}

async function copyContents(
  file: number | undefined,
  from: Place,
  to: Place,
  stats: Stats,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = byDescriptor ? `${OPEN_FILES}/${file}` : from.call;
  if (file !== undefined && isSparse(stats)) {
    // A clone has the holes; a plain copy by the system has not.
    const cloned = copyFile(source, to.call, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE).then(
      () => true,
      () => false,
    );
    if (!(await cloned)) await copySparse(file, to.call, stats, signal);
  } else if (stats.size > LARGE) await copyFile(source, to.call, COPYFILE_EXCL | COPYFILE_FICLONE);
  else copyFileSync(source, to.call, COPYFILE_EXCL | COPYFILE_FICLONE);
}

/** The system's own copy of a file does so by itself, in newer versions of Node. */
function setOwner(to: Place, { uid, gid }: Stats): void {
  if (isRoot) unless(NO_OWNERS, () => lchownSync(to.call, uid, gid));
}

/** What runs as another user or group would run as this one. */
function modeOf(stats: Stats, to: Place): number {
  const mode = (stats.mode & 0o7777) | 0o200;
  if ((mode & 0o6000) === 0) return mode;
  const made = lstatSync(to.call);
  return mode & ~(made.uid === stats.uid ? 0 : 0o4000) & ~(made.gid === stats.gid ? 0 : 0o2000);
}

/** On Windows a junction, which leads to a folder by an absolute path, is the only link that every user may make. */
function kindOfLink(path: Buffer): 'junction' | undefined {
  if (!windows || !isAbsolute(readlinkSync(path, 'utf8'))) return undefined;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false ? undefined : 'junction';
}
