import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { listFolder, removeFile } from '../../host/file-system.ts';
import { makeRealFolders, whileInFolder } from '../../host/folder.ts';
import { Pace } from '../../host/walk.ts';
import { dayOf, journalDir } from './days.ts';

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Makes the folder of a day, writes its first event, and removes the days that nobody reads any more.
 * @throws OnceError ROOT_UNUSABLE if a link is in the place of a folder; the system's error
 */
export async function startDay(root: string, day: string, write: () => void, now: Date): Promise<void> {
  makeRealFolders(root, day);
  write();
  const oldest = dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
  await whileInFolder(journalDir(root), async (journal) => {
    for (const name of listFolder(journal)) {
      if (/^\d{4}-\d\d-\d\d$/.test(name) && name < oldest) await removeDay(join(journal, name));
    }
  });
}

/**
 * Removes the events of a day, each a file, and its folder. Anything else in there stays, and the folder with it. A busy pool
 * has very many, so signals are served meanwhile.
 */
async function removeDay(day: string): Promise<void> {
  await whileInFolder(day, async (folder) => {
    const pace = new Pace();
    for (const name of listFolder(folder)) {
      if (/^[0-9a-f]{12}\.json$/.test(name)) removeFile(join(folder, name));
      if (pace.due) await pace.rest();
    }
  });
  rmdirSync(day);
}
