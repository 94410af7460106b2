import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readRecord } from '../../src/lock/file/record.ts';
import { readFailures } from '../../src/store/failures.ts';
import { entryPaths } from '../../src/store/layout.ts';
import { readManifest } from '../../src/store/manifest.ts';
import { waitsOf } from '../../src/store/waits.ts';

import { dir, type Fuzzed, recordWith, shows, TOKEN, told, written } from './texts.ts';

const paths = entryPaths(dir, 'sdk-0123456789abcdef0123');
mkdirSync(paths.failures, { recursive: true });
const waits = join(dir, 'build-once/v1/.waits');
mkdirSync(waits, { recursive: true });

export const fromTheDisk: readonly Fuzzed[] = [
  {
    name: 'a manifest',
    property: fc.property(recordWith('key', 'scope', 'build', 'producer', 'identity', 'buildMs', 'bootId'), (bytes) => {
      const reading = told(() => readManifest(written(join(dir, 'manifest.json'), bytes)));
      if (reading?.kind !== 'whole') return true;
      const { build, producer, identity, createdAt } = reading.manifest;
      return /^[0-9a-f]{12}$/.test(build) && shows(producer, identity, createdAt);
    }),
  },
  {
    name: 'a record of a holder',
    property: fc.property(
      recordWith('host', 'bootId', 'pidNamespace', 'pid', 'staleMs', 'socket', 'since'),
      (bytes) => {
        const record = told(() => readRecord(written(join(dir, `${TOKEN}.json`), bytes)));
        return record === undefined || (record.pid > 0 && shows(record.host, record.since, record.asker.who.job));
      },
    ),
  },
  {
    name: 'a failure',
    property: fc.property(recordWith('reason', 'exitCode', 'at'), (bytes) => {
      written(join(paths.failures, `${TOKEN}.json`), bytes);
      return readFailures(paths, new Set()).every(({ reason, at, who: { job } }) => shows(reason, at, job));
    }),
  },
  {
    name: 'a note of one who waits',
    property: fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const job = '0123456789abcdef0123';
      written(join(waits, `${job}.${TOKEN}`), bytes);
      return waitsOf(dir, job).every(({ id }) => !/[/\\]/.test(id));
    }),
  },
];
