import { fromAPool } from './from-a-pool.ts';
import { fromARawServer } from './from-a-raw-server.ts';
import { fromAServer } from './from-a-server.ts';
import { fromTheDisk } from './from-the-disk.ts';
import { fromTheJob } from './from-the-job.ts';
import { fromTheJournal } from './from-the-journal.ts';
import type { Fuzzed } from './texts.ts';

/** All that is read from elsewhere. */
export const fuzzed: readonly Fuzzed[] = [
  ...fromTheDisk,
  ...fromTheJournal,
  ...fromTheJob,
  ...fromAServer,
  ...fromARawServer,
  ...fromAPool,
];
