import type { JournalEvent } from '../../../src/store/journal/journal.ts';
import { tempDir } from '../../harness/job/job.ts';
import { anEvent, fileOf, writeEvents } from '../../harness/journal.ts';

const HOUR = 3_600_000;

/** A root with these events, each an hour older than the one before it. */
export function journalOf(...events: readonly Partial<JournalEvent>[]): string {
  const root = tempDir();
  writeEvents(events.map((event, hours) => fileOf(root, Date.now() - hours * HOUR, anEvent(event))));
  return root;
}
