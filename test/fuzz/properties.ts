import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asMarkdown } from '../../src/admin/report/as-markdown.ts';
import { asPrometheus } from '../../src/admin/report/as-prometheus.ts';
import { asTable } from '../../src/admin/report/as-table.ts';
import { gather } from '../../src/admin/report/gather.ts';
import { asHtml } from '../../src/admin/report/html/as-html.ts';
import { OnceError } from '../../src/base/errors.ts';
import { hasControls, shorten } from '../../src/base/format.ts';
import { decoder, type KeeperCommand } from '../../src/guard/messages.ts';
import { readTicket } from '../../src/guard/ticket.ts';
import { readRecord } from '../../src/lock/file/record.ts';
import { failureIn } from '../../src/producers/git/trouble.ts';
import { partsOf } from '../../src/producers/url/http/refusal.ts';
import { FinalError, statusError, waitFor } from '../../src/producers/url/http/trouble.ts';
import { recordsIn } from '../../src/producers/url/tar/pax.ts';
import { TarReader } from '../../src/producers/url/tar/reader.ts';
import { readRequest } from '../../src/step/inputs/read.ts';
import { inputNames } from '../../src/step/inputs/table.ts';
import { hostFacts } from '../../src/step/platform.ts';
import { readFailures } from '../../src/store/failures.ts';
import { dayOf, journalDir } from '../../src/store/journal/days.ts';
import { pastEvents } from '../../src/store/journal/past-events.ts';
import { entryPaths } from '../../src/store/layout.ts';
import { readManifest } from '../../src/store/manifest.ts';
import { waitsOf } from '../../src/store/waits.ts';
import { anEvent } from '../harness/journal.ts';

/**
 * What may come from the disk, the network and the workflow, and what must hold of whatever reads it: it ends, it throws no
 * error that is not meant for a person, and what it takes can be shown.
 */
export interface Fuzzed {
  readonly name: string;
  readonly property: fc.IRawProperty<unknown>;
}

const TOKEN = '0123456789ab';
const WHOLE_EVENT = { format: 1, at: new Date(0).toISOString(), slotGroup: 'g', error: 'MISSED', ...anEvent() };
const dir = mkdtempSync(join(tmpdir(), 'build-once-fuzz-'));
process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
const paths = entryPaths(dir, 'sdk-0123456789abcdef0123');
mkdirSync(paths.failures, { recursive: true });
const waits = join(dir, 'build-once/v1/.waits');
mkdirSync(waits, { recursive: true });
const day = join(journalDir(dir), dayOf(new Date(0)));
mkdirSync(day, { recursive: true });

/** What is hard in texts: controls, commands, paths, halves of characters. */
const hard = fc.constantFrom(
  TOKEN,
  '../../x',
  '::error::x',
  '\u001b[31m',
  '\u202egnp',
  '\n::stop-commands::x',
  '',
  '\ud800',
  '\0',
  '</td><script>x</script>',
  '"><img src=x onerror=x>',
  '\\"} 1\nx{y="',
);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 }), hard);
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);
const who = fc.record(
  Object.fromEntries(['repository', 'workflow', 'job', 'runUrl', 'runner', 'host'].map((name) => [name, value])),
  { requiredKeys: [] },
);

/** The bytes of a record: with the fields that it should have, some of them wrong, or of anything. */
function recordWith(...names: readonly string[]): fc.Arbitrary<Buffer> {
  const fields = {
    token: fc.oneof(fc.constant(TOKEN), value),
    format: fc.oneof(fc.constant(1), value),
    who,
    builtBy: who,
  };
  const others = Object.fromEntries(names.map((name) => [name, value]));
  const whole = fc.record({ ...others, ...fields, asker: fc.record({ key: value, who }) }, { requiredKeys: [] });
  const json = whole.map((object) => Buffer.from(JSON.stringify(object)));
  return fc.oneof(
    json,
    fc.json().map((each) => Buffer.from(each)),
    fc.uint8Array({ maxLength: 300 }).map(Buffer.from),
  );
}

const DAY_MS = 86_400_000;
/** A line of the text format of Prometheus, as narrow as we write it. */
const PROMETHEUS =
  /^(?:# (?:HELP|TYPE) build_once_[a-z_]+ [^\n]+|build_once_[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (?:NaN|[\d.e+-]+))$/;
/** A tag as we write it: plain names, and values in double quotes. */
const TAG = /<\/?([a-z][a-z0-9]*)(?: [a-z0-9-]+(?:="[^"<>]*")?)*\/?>/gi;
const NOT_OURS = ['script', 'img', 'iframe', 'object', 'form', 'b'];

/** Whether a page has our tags and texts only: no sign of HTML stands beside them. */
function isOurs(page: string): boolean {
  const [, body = ''] = page.split('</style>');
  const tags = [...body.matchAll(TAG)].map(([, name = '']) => name);
  return !/[<>]/.test(body.replaceAll(TAG, '')) && !tags.some((name) => NOT_OURS.includes(name));
}

/** The event, changed as told, as the bytes of its file. */
const eventWith = (change: object) => Buffer.from(JSON.stringify({ ...WHOLE_EVENT, ...change }));
const hardWho = fc.record({
  repository: hard,
  workflow: hard,
  job: hard,
  runUrl: fc.oneof(hard, fc.constant('https://x.example/a/b/actions/runs/1')),
  runner: hard,
  host: hard,
});
/** A whole event in which one field is anything, one with hard texts wherever there are texts, or what {@link recordWith} makes. */
const eventLike = fc.oneof(
  fc
    .tuple(fc.constantFrom(...Object.keys(WHOLE_EVENT)), fc.oneof(hard, value))
    .map(([name, wrong]) => eventWith({ [name]: wrong })),
  fc.record({ key: hard, scope: hard, slotGroup: hard, who: hardWho }, { requiredKeys: [] }).map(eventWith),
  recordWith('at', 'key', 'scope', 'id', 'result', 'error', 'waitedMs', 'slotWaitedMs', 'stepMs', 'job'),
);

function written(file: string, bytes: Uint8Array): string {
  writeFileSync(file, bytes);
  return file;
}

/** What `read` gives; undefined if it says to a person why it gives nothing. */
function told<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof OnceError || error instanceof FinalError) return undefined;
    throw error;
  }
}

const shows = (...texts: readonly (string | undefined)[]) =>
  !texts.some((each) => each !== undefined && hasControls(each));

const header = fc
  .record({
    name: fc.uint8Array({ maxLength: 100 }),
    size: fc.oneof(fc.nat(4000), fc.nat()),
    type: fc.constantFrom(...'0125xgLKSV37\0'),
    body: fc.uint8Array({ maxLength: 700 }),
    isWhole: fc.boolean(),
  })
  .map(({ name, size, type, body, isWhole }) => {
    const block = Buffer.alloc(512);
    block.set(name);
    block.write('0000644\0', 100);
    block.write(`${(isWhole ? body.length : size).toString(8).padStart(11, '0')}\0`, 124);
    block.write(`${type}ustar\x0000`, 156, 'latin1');
    block.write('        ', 148);
    block.write(
      `${block
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return Buffer.concat([block, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
  });
const paxRecord = fc
  .record({
    name: fc.constantFrom('path', 'linkpath', 'size', 'mtime', 'x'),
    data: text,
    off: fc.integer({ min: -2, max: 2 }),
  })
  .map(({ name, data, off }) => {
    const body = Buffer.from(` ${name}=${data}\n`);
    const length = body.length + String(body.length + 2).length;
    return Buffer.concat([Buffer.from(String(length + (Math.abs(off) === 2 ? off : 0))), body]);
  });

export const fuzzed: readonly Fuzzed[] = [
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
  {
    name: 'an event of the journal',
    property: fc.property(eventLike, (bytes) => {
      written(join(day, `${TOKEN}.json`), bytes);
      return [...pastEvents(dir)].every(({ scope, slotGroup, error, waitedMs, stepMs, who: { job, runUrl } }) => {
        return shows(scope, slotGroup, error, job, runUrl) && waitedMs >= 0 && Number.isFinite(waitedMs + stepMs);
      });
    }),
  },
  {
    name: 'a report of an event',
    property: fc.property(eventLike, (bytes) => {
      written(join(day, `${TOKEN}.json`), bytes);
      const question = { root: dir, sinceMs: 0, untilMs: DAY_MS, keys: undefined, run: undefined, matches: () => true };
      const report = gather(question);
      const lines = [asTable(report), asMarkdown(report)].flatMap((each) => each.split('\n'));
      const samples = asPrometheus(report).trimEnd().split('\n');
      return shows(...lines) && samples.every((line) => PROMETHEUS.test(line)) && isOurs(asHtml(report));
    }),
  },
  {
    name: 'a ticket',
    property: fc.property(
      fc.oneof(
        text,
        recordWith('job', 'folder').map((bytes) => bytes.toString('base64url')),
      ),
      (given) => {
        told(() => readTicket(given, {}));
      },
    ),
  },
  {
    name: 'messages on a socket',
    property: fc.property(fc.array(fc.oneof(text, fc.json(), fc.constant('\n')), { maxLength: 6 }), (pieces) => {
      const seen: KeeperCommand[] = [];
      const receive = decoder<KeeperCommand>(['publish', 'release'], (message) => seen.push(message));
      for (const piece of pieces) receive(piece);
      return seen.every(({ kind }) => kind === 'publish' || kind === 'release');
    }),
  },
  {
    name: 'inputs',
    property: fc.property(fc.dictionary(fc.constantFrom(...inputNames), text, { maxKeys: 6 }), (given) => {
      const env = Object.fromEntries(
        Object.entries(given).map(([name, each]) => [`INPUT_${name.toUpperCase()}`, each]),
      );
      told(() => readRequest({ RUNNER_TOOL_CACHE: dir, GITHUB_REPOSITORY: 'o/t', ...env }, hostFacts()));
    }),
  },
  {
    name: 'a tar archive',
    property: fc.property(
      fc.array(fc.oneof(header, fc.uint8Array({ maxLength: 600 })), { maxLength: 5 }),
      fc.nat(2000),
      (parts, cut) => {
        const archive = Buffer.concat(parts);
        const names: string[] = [];
        told(() => {
          const reader = new TarReader(({ name }) => void names.push(...partsOf(name)));
          reader.write(archive.subarray(0, cut));
          reader.write(archive.subarray(cut));
          reader.end();
        });
        return names.every((name) => name !== '..' && !name.includes('/') && !hasControls(name));
      },
    ),
  },
  {
    name: 'records of an extended header',
    property: fc.property(
      fc.array(fc.oneof(paxRecord, fc.uint8Array({ maxLength: 40 })), { maxLength: 5 }),
      (parts) => {
        told(() => recordsIn(Buffer.concat(parts)));
      },
    ),
  },
  {
    name: 'headers of an answer',
    property: fc.property(fc.integer({ min: 100, max: 999 }), text, text, (status, after, date) => {
      const ms = waitFor(after, date);
      return (
        statusError(status, after, date) instanceof Error && (ms === undefined || (Number.isFinite(ms) && ms >= 0))
      );
    }),
  },
  {
    name: 'what git says',
    property: fc.property(
      fc.array(fc.oneof(text, fc.constantFrom('fatal: ', 'error: x://u:p@h ', '\r\n')), { maxLength: 6 }),
      (parts) => shows(failureIn(parts.join('')).line),
    ),
  },
  {
    name: 'a text that is shown',
    property: fc.property(text, fc.nat(80), (given, max) => shows(shorten(given, max + 10))),
  },
];
