import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import type { Who } from '../../base/who.ts';
import { makeFolder } from '../../host/file-system.ts';
import { versionDir } from '../layout.ts';

/** What one step did: names, numbers and links. Written once, never changed. */
export interface JournalEvent {
  readonly key: string;
  readonly scope: string;
  readonly id: string;
  /** Empty when the step failed. */
  readonly result: string;
  /** Code of the error that it failed with. */
  readonly error?: string | undefined;
  /** Token of the build that was handed out. */
  readonly build?: string | undefined;
  readonly waitedMs: number;
  readonly slotWaitedMs: number;
  readonly buildMs?: number | undefined;
  readonly bytes?: number | undefined;
  /** Milliseconds that the whole step took. */
  readonly stepMs: number;
  readonly who: Who;
}

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Where the journal of a shared root is; a folder for each day. */
export function journalDir(root: string): string {
  return join(versionDir(root), '.journal');
}

/** Notes a step in the shared cache. The journal is for people: a cache that is full or may only be read goes without. */
export function noteEvent(root: string, event: JournalEvent, now = new Date()): void {
  const day = join(journalDir(root), dayOf(now));
  const text = `${JSON.stringify({ format: 1, at: now.toISOString(), ...event })}\n`;
  const write = () => writeFileSync(join(day, `${newToken()}.json`), text, { flag: 'wx' });
  try {
    write();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return;
    startDay(root, day, write, now);
  }
}

/** The first step of a day makes its folder, and removes those that nobody reads any more. */
function startDay(root: string, day: string, write: () => void, now: Date): void {
  // A step that only looked where nothing was ever built leaves nothing there.
  if (!existsSync(versionDir(root))) return;
  try {
    makeFolder(day);
    write();
    const oldest = dayOf(new Date(now.getTime() - KEPT_DAYS * DAY_MS));
    const journal = journalDir(root);
    const old = readdirSync(journal).filter((name) => /^\d{4}-\d\d-\d\d$/.test(name) && name < oldest);
    for (const name of old) rmSync(join(journal, name), { recursive: true, force: true });
  } catch {
    // Without a journal nothing else changes.
  }
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
