import { join } from 'node:path';
import { versionDir } from '../layout.ts';

/** Where the journal of a shared root is; a folder for each day. */
export function journalDir(root: string): string {
  return join(versionDir(root), '.journal');
}

/** Whether a name is that of a day's folder: one that the calendar has. */
export function isDay(name: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(name) ? new Date(name) : undefined;
  return time !== undefined && !Number.isNaN(time.getTime()) && dayOf(time) === name;
}

/** The name of a day's folder. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
