import { join } from 'node:path';
import { OnceError, systemCode } from '../../base/errors.ts';
import { listFolder } from '../../host/file-system.ts';
import { Folder } from '../../host/folder.ts';
import { readShared } from '../../host/read-shared.ts';
import { dayOf, isDay, journalDir } from './days.ts';
import { eventIn, type PastEvent } from './read-event.ts';

/** Told of each file or folder of the journal that gives no event. `why` continues a sentence that begins with its path. */
export type Unread = (file: string, why: string) => void;

/**
 * What steps did, one event at a time, day by day from the oldest, in no order within a day. Nothing is reached through a
 * link.
 *
 * @param sinceMs in ms since 1970; by the clocks of the hosts that wrote the events
 * @param unread a file that is gone by now is not told
 * @throws OnceError ROOT_UNUSABLE if the journal is a link or a file; the system's error if it cannot be listed
 */
export function* pastEvents(
  root: string,
  sinceMs = 0,
  unread: Unread = () => {},
): Generator<PastEvent, void, undefined> {
  const journal = Folder.openReal(journalDir(root));
  if (journal === undefined) return;
  try {
    const first = dayOf(new Date(sinceMs));
    const days = listFolder(journal.path).filter((name) => isDay(name) && name >= first);
    for (const day of days.sort()) {
      for (const event of eventsOf(journal, day, unread)) if (event.atMs >= sinceMs) yield event;
    }
  } finally {
    journal.close();
  }
}

/**
 * Reads one event again.
 * @param file as {@link PastEvent.file} has it
 * @returns undefined if it is gone, or no event any more
 */
export function pastEvent(root: string, file: string): PastEvent | undefined {
  const [day = '', name = ''] = file.split('/');
  return readEvent(join(journalDir(root), day, name), day, name, () => {});
}

function* eventsOf(journal: Folder, day: string, unread: Unread): Generator<PastEvent, void, undefined> {
  const folder = openDay(join(journal.path, day), (why) => unread(day, why));
  if (folder === undefined) return;
  try {
    for (const name of listDay(folder, (why) => unread(day, why))) {
      if (!/^[0-9a-f]{12}\.json$/.test(name)) continue;
      const event = readEvent(`${folder.path}/${name}`, day, name, (why) => unread(`${day}/${name}`, why));
      if (event !== undefined) yield event;
    }
  } finally {
    folder.close();
  }
}

function openDay(path: string, unread: (why: string) => void): Folder | undefined {
  try {
    return Folder.openReal(path);
  } catch (error) {
    unread(error instanceof OnceError ? 'is a link or a file, not a folder' : cannot(error));
    return undefined;
  }
}

function listDay(folder: Folder, unread: (why: string) => void): readonly string[] {
  try {
    return listFolder(folder.path);
  } catch (error) {
    unread(cannot(error));
    return [];
  }
}

function readEvent(path: string, day: string, name: string, unread: (why: string) => void): PastEvent | undefined {
  try {
    const found = readShared(path);
    if (found.kind === 'absent') return undefined;
    if (found.kind !== 'text') {
      unread(found.why);
      return undefined;
    }
    const event = eventIn(found.text, day, name);
    if (event === undefined) unread('is no event that this version knows');
    return event;
  } catch (error) {
    // One file that cannot be read must not hide the others.
    unread(cannot(error));
    return undefined;
  }
}

function cannot(error: unknown): string {
  return `cannot be read (${systemCode(error) ?? 'error'})`;
}
