import { join } from 'node:path';
import { versionDir } from '../layout.ts';

/** Where the journal of a shared root is; a folder for each day. */
export function journalDir(root: string): string {
  return join(versionDir(root), '.journal');
}

/** The name of a day's folder. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
