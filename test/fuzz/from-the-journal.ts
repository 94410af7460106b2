import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { asMarkdown } from '../../src/admin/report/as-markdown.ts';
import { asPrometheus } from '../../src/admin/report/as-prometheus.ts';
import { asTable } from '../../src/admin/report/as-table.ts';
import { gather } from '../../src/admin/report/gather.ts';
import { asHtml } from '../../src/admin/report/html/as-html.ts';
import { dayOf, journalDir } from '../../src/store/journal/days.ts';
import { pastEvents } from '../../src/store/journal/past-events.ts';
import { anEvent } from '../harness/journal.ts';

import { dir, type Fuzzed, hard, recordWith, shows, TOKEN, value, written } from './texts.ts';

const WHOLE_EVENT = { format: 1, at: new Date(0).toISOString(), slotGroup: 'g', error: 'MISSED', ...anEvent() };
const day = join(journalDir(dir), dayOf(new Date(0)));
mkdirSync(day, { recursive: true });

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

export const fromTheJournal: readonly Fuzzed[] = [
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
];
