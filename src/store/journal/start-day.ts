import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, makeRealFolders } from '../../host/folder.ts';
import { dayOf, journalDir } from './days.ts';

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Makes the folder of a day, writes its first event, and removes the days that nobody reads any more.
 * @throws OnceError ROOT_UNUSABLE if a link is in the place of a folder; the system's error
 */
export function startDay(root: string, day: string, write: () => void, now: Date): void {
  makeRealFolders(root, day);
  write();
  const oldest = dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  inFolder(journalDir(root), (journal) => {
    for (const name of readdirSync(journal)) {
      if (/^\d{4}-\d\d-\d\d$/.test(name) && name < oldest) removeDay(join(journal, name));
    }
  });
}

/** Removes the events of a day, each a file, and its folder. Anything else in there stays, and the folder with it. */
function removeDay(day: string): void {
  inFolder(day, (folder) => {
    for (const name of readdirSync(folder)) {
      if (/^[0-9a-f]{12}\.json$/.test(name)) rmSync(join(folder, name), { force: true });
    }
  });
  rmdirSync(day);
}
