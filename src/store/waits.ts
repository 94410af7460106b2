import { lstatSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unless } from '../base/errors.ts';
import { isEntryId, isJobId, isToken, newToken } from '../base/key.ts';
import { GONE, listFolder, removeFile } from '../host/file-system.ts';
import { inFolder, makeRealFolders } from '../host/folder.ts';
import { readShared } from '../host/read-shared.ts';
import { rename } from '../host/rename.ts';
import { versionDir } from './layout.ts';

/** A note that a step of a job waits for a key that another job has claimed. */
export interface Wait {
  readonly file: string;
  /** The entry that it waits for. */
  readonly id: string;
  /** Changes while the step lives. */
  readonly mtimeMs: number;
}

/**
 * A step that waits touches its note every few seconds, by its own clock, which may be wrong. One whose note was removed
 * makes another.
 */
const KEPT_MS = 3_600_000;

function folderOf(root: string): string {
  return join(versionDir(root), '.waits');
}

/** Notes that a step of `job` waits for the entry `id`; gives the file to {@link touchWait} and to {@link dropWait}. */
export async function noteWait(root: string, job: string, id: string): Promise<string> {
  const folder = folderOf(root);
  makeRealFolders(root, folder);
  const draft = join(folder, `.${newToken()}`);
  const file = join(folder, `${job}.${newToken()}`);
  writeFileSync(draft, id, { flag: 'wx' });
  rename(draft, file);
  await sweepWaits(root, unless(GONE, () => statSync(file).mtimeMs) ?? 0);
  return file;
}

/**
 * Removes the notes of steps that were killed: nobody has touched them for an hour.
 * @param now ms since the epoch by the clock of the disk, or a little earlier
 */
export async function sweepWaits(root: string, now: number): Promise<void> {
  const folder = folderOf(root);
  const names = listFolder(folder, GONE).filter(isNote);
  if (names.length === 0) return;
  const isOld = (file: string) => now - (unless(GONE, () => lstatSync(file).mtimeMs) ?? now) > KEPT_MS;
  const old = inFolder(folder, (waits) => names.filter((name) => isOld(join(waits, name)))) ?? [];
  if (old.length === 0) return;
  const { removeTreesIn } = await import('../host/remove-tree.ts');
  await removeTreesIn(folder, old);
}

/** `<job>.<token>`, or `.<token>` of one that is being written. */
function isNote(name: string): boolean {
  const [job = '', token = '', ...more] = name.split('.');
  return (job === '' || isJobId(job)) && isToken(token) && more.length === 0;
}

/** Changes the note's time, which shows to its readers that the step lives. @returns false if the note is gone */
export function touchWait(file: string): boolean {
  const now = new Date();
  const touched = unless(GONE, () => {
    utimesSync(file, now, now);
    return true;
  });
  return touched ?? false;
}

export function dropWait(file: string): void {
  removeFile(file);
}

/** What all steps that have left a note wait for, by the job of each. @throws the system's error */
export function allWaits(root: string): (Wait & { readonly job: string })[] {
  const names = listFolder(folderOf(root), GONE).filter((name) => isNote(name) && !name.startsWith('.'));
  return names.flatMap((name) => {
    const wait = readWait(join(folderOf(root), name));
    return wait === undefined ? [] : [{ ...wait, job: name.split('.')[0] ?? '' }];
  });
}

/** What the steps of a job wait for, or waited for when they were killed. A file that is no note says nothing. */
export function waitsOf(root: string, job: string): Wait[] {
  const folder = folderOf(root);
  const names = listFolder(folder, GONE).filter(isNote);
  return names.filter((name) => name.startsWith(`${job}.`)).flatMap((name) => readWait(join(folder, name)) ?? []);
}

/** The id in a note becomes a path: nothing but an entry's name is one. */
function readWait(file: string): Wait | undefined {
  const found = unless(GONE, () => readShared(file));
  if (found?.kind !== 'text' || !isEntryId(found.text)) return undefined;
  return { file, id: found.text, mtimeMs: found.mtimeMs };
}
