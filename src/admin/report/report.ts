import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { oneOf } from '../../step/inputs/values.ts';
import { days, matcher, value } from '../prune/limits.ts';
import { rootsOf } from '../roots.ts';
import { BadUsage, readOptions, type Verb } from '../verb.ts';
import { asJson } from './as-json.ts';
import { asMarkdown } from './as-markdown.ts';
import { asPrometheus } from './as-prometheus.ts';
import { asTable } from './as-table.ts';
import { gather, type Report } from './gather.ts';
import { minute } from './sections.ts';
import { writeOutput } from './write-output.ts';

const FORMATS = {
  table: asTable,
  markdown: asMarkdown,
  json: asJson,
  html: async (report) => (await import('./html/as-html.ts')).asHtml(report),
  prometheus: asPrometheus,
} satisfies Readonly<Record<string, (report: Report) => string | Promise<string>>>;

const NAMES = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

/** Tells what a shared cache saved. */
export const report: Verb = {
  name: 'report',
  summary: 'tells what the shared cache saved',
  usage: `Tells what a shared cache saved: how often jobs built, waited and reused, for how long, and what failed.

build-once report [--root DIR] [--since TIME] [--key GLOB] [--run RUN] [--format FORMAT] [--output FILE]

  --root DIR       the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --since TIME     how far back: 7d, 12h (default 30d, which is as long as events are kept)
  --key GLOB       these keys alone, such as 'llvm-*'; * stands for any characters
  --run RUN        this run alone: its address or its number. Without it, the newest one is shown job by job
  --format FORMAT  ${NAMES.join(', ')} (default table)
  --output FILE    writes it there; who reads the file meanwhile finds the old text or the new one
  --help           this text

It reads what each step noted at its end, and changes nothing. The times are those of the hosts that wrote them.

\`markdown\` is for the summary of a scheduled job, \`html\` is one page that needs no network, \`prometheus\` for the textfile collector of node_exporter.

Example: build-once report --root /opt/ci-cache --since 7d

Exit code: 0 if it could be read, 1 if not, 2 for bad options.
`,
  async run(args) {
    const { root, since, key, run, format, output } = readOptions(args, {
      root: { type: 'string', multiple: true },
      since: { type: 'string' },
      key: { type: 'string' },
      run: { type: 'string' },
      format: { type: 'string' },
      output: { type: 'string' },
    });
    const form = FORMATS[value('format', format, oneOf(...NAMES)) ?? 'table'];
    if (output === '') throw new BadUsage('--output is empty');
    const untilMs = Date.now();
    const sinceMs = untilMs - (value('since', since, span) ?? DEFAULT_MS);
    const [place = ''] = rootsOf(root ?? [], 1);
    const matches = key === undefined ? () => true : matcher([key]);
    const found = gather({ root: place, sinceMs, untilMs, keys: key, matches, run });
    if (run !== undefined && found.sums.total.steps === 0) throw unknownRun(run, sinceMs);
    const text = await form(found);
    if (output === undefined) process.stdout.write(text);
    else writeOutput(output, text);
    return 0;
  },
};

function unknownRun(run: string, sinceMs: number): OnceError {
  const since = minute(sinceMs);
  return new OnceError(
    'MISSED',
    `No step of the run ${shorten(run, 300)} has left an event here since ${since} UTC. Write its whole address, or name an earlier --since.`,
  );
}

const DEFAULT_MS = 30 * 86_400_000;

function span(text: string): number {
  const ms = days(text);
  // Before 1970 there is nothing.
  if (ms > 0 && ms < Date.now()) return ms;
  throw new BadUsage(`--since "${text}" is no length of time such as 7d`);
}
