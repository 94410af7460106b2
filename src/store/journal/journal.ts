import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { newToken } from '../../base/key.ts';
import type { Who } from '../../base/who.ts';
import { versionDir } from '../layout.ts';
import { dayOf, journalDir } from './days.ts';

/** What one step did: names, numbers and links. Written once, never changed. */
export interface JournalEvent {
  readonly key: string;
  readonly scope: string;
  readonly id: string;
  /** How the step ended, such as `reused`; empty when it failed. */
  readonly result: string;
  /** Code of the error that it failed with. */
  readonly error?: string | undefined;
  /** Token of the build that was handed out. */
  readonly build?: string | undefined;
  /** Where that came from: `disk`, `remote` or `build`. */
  readonly source?: string | undefined;
  readonly waitedMs: number;
  readonly slotWaitedMs: number;
  /** Milliseconds that building took: by this step, or by the job whose build it was handed. */
  readonly buildMs?: number | undefined;
  readonly bytes?: number | undefined;
  /** Milliseconds that the whole step took. */
  readonly stepMs: number;
  /** Milliseconds that fetching the artifact from elsewhere took, in place of a build. */
  readonly restoreMs?: number | undefined;
  /** Milliseconds from the end of the build until it was published. */
  readonly publishMs?: number | undefined;
  /** Milliseconds that putting the build where the job wants it took. */
  readonly deliverMs?: number | undefined;
  /** Locks of dead holders that the step opened. */
  readonly takeovers?: number | undefined;
  /** The group that a slot was asked of. */
  readonly slotGroup?: string | undefined;
  /** The job, by a digest that no other job has: those of a matrix share all names. */
  readonly job?: string | undefined;
  readonly who: Who;
}

/** Notes a step in the shared cache. The journal is for people: a cache that is full or may only be read goes without. */
export async function noteEvent(root: string, event: JournalEvent, now = new Date()): Promise<void> {
  const day = join(journalDir(root), dayOf(now));
  const text = `${JSON.stringify({ format: 1, at: now.toISOString(), ...event })}\n`;
  const write = () => writeFileSync(join(day, `${newToken()}.json`), text, { flag: 'wx' });
  try {
    write();
  } catch (error) {
    // A step that only looked where nothing was ever built leaves nothing there.
    if (systemCode(error) !== 'ENOENT' || !existsSync(versionDir(root))) return;
    const { startDay } = await import('./start-day.ts');
    try {
      await startDay(root, day, write, now);
    } catch {
      // Without a journal nothing else changes.
    }
  }
}
