import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayOf, journalDir } from '../../src/store/journal/days.ts';
import type { JournalEvent } from '../../src/store/journal/journal.ts';

/** A file of a journal that is yet to be written. */
export interface EventFile {
  readonly folder: string;
  readonly name: string;
  readonly text: string;
}

const KEYS = 40;
const JOBS_OF_A_RUN = 12;
let files = 0;

/** An event, changed as told. */
export function anEvent(change: Partial<JournalEvent> = {}): JournalEvent {
  return {
    key: 'llvm-18',
    scope: 'acme/app',
    id: 'llvm-18-0123456789abcdef0123',
    result: 'reused',
    build: '0123456789ab',
    waitedMs: 0,
    slotWaitedMs: 0,
    buildMs: 90_500,
    bytes: 340_000_000,
    stepMs: 41,
    job: '0123456789abcdef0123',
    ...change,
    who: {
      repository: 'acme/app',
      workflow: 'CI',
      job: 'build',
      runUrl: 'https://github.com/acme/app/actions/runs/42/attempts/1',
      runner: 'runner-3',
      host: 'host-a',
      ...change.who,
    },
  };
}

/** The file of an event that ended at `atMs`. */
export function fileOf(root: string, atMs: number, event: object): EventFile {
  const at = new Date(atMs);
  files += 1;
  const text = `${JSON.stringify({ format: 1, at: at.toISOString(), ...event })}\n`;
  return { folder: join(journalDir(root), dayOf(at)), name: `${files.toString(16).padStart(12, '0')}.json`, text };
}

export function writeEvents(events: Iterable<EventFile>): void {
  for (const { folder, name, text } of events) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** The `count` events of a day of a pool: mostly reuses, some builds and those who waited for them, a few failures. */
export function* aDay(root: string, dayMs: number, count: number): Generator<EventFile, void, undefined> {
  const start = Math.floor(dayMs / 86_400_000) * 86_400_000;
  for (let index = 0; index < count; index++) {
    yield fileOf(root, start + Math.floor((index * 86_400_000) / count), nth(index, dayMs));
  }
}

function nth(index: number, dayMs: number): JournalEvent {
  const key = (index * 7 + Math.floor(index / 50)) % KEYS;
  const run = Math.floor(dayMs / 1e6) + Math.floor(index / JOBS_OF_A_RUN);
  const job = index % JOBS_OF_A_RUN;
  const common = {
    key: `tool-${key}-${'0123456789abcdef'.repeat(2)}`,
    id: `tool-${key}-${'0123456789abcdef0123'}`,
    buildMs: 10_000 * (key + 1),
    bytes: 5_000_000 * (key + 1),
    job: (run * 100 + job).toString(16).padStart(20, '0'),
    who: {
      ...anEvent().who,
      job: `job-${job}`,
      runner: `runner-${job}`,
      runUrl: `https://github.com/acme/app/actions/runs/${run}/attempts/1`,
    },
  };
  const seconds = common.buildMs + 2000;
  if (index % 50 === 0) return anEvent({ ...common, result: 'built', publishMs: 900, stepMs: seconds });
  if (index % 50 < 5)
    return anEvent({ ...common, result: 'waited', waitedMs: common.buildMs - job * 500, stepMs: seconds });
  if (index % 211 === 6) return anEvent({ ...common, result: '', error: 'BUILD_FAILED', buildMs: 4000, stepMs: 4100 });
  return anEvent(common);
}
