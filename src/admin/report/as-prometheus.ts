import { shorten } from '../../base/format.ts';
import type { Report } from './gather.ts';
import type { KeyFigures } from './sums.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** One name, its help, and its values. */
interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Most keys, reasons and groups that get values of their own: each is a time series more. */
const TOP = 20;
const LABEL_LENGTH = 200;

/**
 * The report in the text format of Prometheus, as the textfile collector of node_exporter reads it. All are gauges: the time
 * that they are about ends now, so they may fall.
 */
export function asPrometheus(report: Report): string {
  return metricsOf(report).map(written).join('');
}

function metricsOf({ sums, sinceMs, untilMs, unread }: Report): Metric[] {
  const { total } = sums;
  const one = (name: string, help: string, value: number): Metric => ({ name, help, samples: [[{}, value]] });
  const steps = [
    ['reused', total.reused],
    ['waited', total.waited],
    ['built', total.built],
    ['private', total.private],
    ['missed', total.missed],
    ['failed', total.failed],
  ] as const;
  const failures = largest(sums.failures, ({ count }) => count).map(({ reason, count }): Sample => [{ reason }, count]);
  const slots = largest(sums.slots, ({ asked }) => asked);
  const group = (of: (each: (typeof slots)[number]) => number) =>
    slots.map((each): Sample => [{ group: shorten(each.group, LABEL_LENGTH) }, of(each)]);
  const keys = (figure: (key: KeyFigures) => number, unit: number) =>
    sums.top(TOP, figure).map((key): Sample => [{ key: key.key, scope: key.scope }, figure(key) / unit]);
  return [
    one('report_time_seconds', 'When this was written, in seconds since 1970.', untilMs / 1000),
    one('report_window_seconds', 'For how long before that the steps are counted.', (untilMs - sinceMs) / 1000),
    one('journal_unread_files', 'Files of the journal that gave no event.', unread.count),
    { name: 'steps', help: 'Steps by what they did.', samples: steps.map(([result, count]) => [{ result }, count]) },
    { name: 'failures', help: 'Failed steps by the code of their error.', samples: failures },
    one(
      'hit_ratio',
      'Steps that were handed a build of others, of all that did not fail.',
      total.hitRatio ?? Number.NaN,
    ),
    one(
      'avoided_seconds',
      'Build time avoided: of builds that were handed out, less the waits.',
      total.avoidedMs / 1000,
    ),
    one('build_seconds', 'Time spent in builds that succeeded.', total.buildMs / 1000),
    one('failed_build_seconds', 'Time spent in builds that failed or were cancelled.', total.lostMs / 1000),
    one('wait_seconds', 'Time for which steps waited for builds of others.', total.waitedMs / 1000),
    one('publish_seconds', 'Time from the ends of builds until they were published.', total.publishMs / 1000),
    one('deliver_seconds', 'Time that putting builds into workspaces took.', total.deliverMs / 1000),
    one('built_bytes', 'Size of what was built.', total.builtBytes),
    one('handed_out_bytes', 'Size of what was handed out instead of built.', total.handedBytes),
    one('remote_steps', 'Steps that brought a build from a remote store.', total.remote),
    one('remote_bytes', 'Size of what came from a remote store.', total.remoteBytes),
    one('takeovers', 'Locks of dead jobs that were taken over.', total.takeovers),
    { name: 'slot_steps', help: 'Steps that asked for a build slot.', samples: group(({ asked }) => asked) },
    {
      name: 'slot_held_seconds',
      help: 'Time for which build slots were held.',
      samples: group(({ heldMs }) => heldMs / 1000),
    },
    { name: 'slot_waits', help: 'Steps that waited for a build slot.', samples: group(({ waited }) => waited) },
    {
      name: 'slot_wait_seconds',
      help: 'Time for which steps waited for a build slot.',
      samples: group(({ waitedMs }) => waitedMs / 1000),
    },
    {
      name: 'key_slowest_build_seconds',
      help: `The longest build of a key, of the ${TOP} slowest.`,
      samples: keys(({ slowestMs }) => slowestMs, 1000),
    },
    {
      name: 'key_wait_seconds',
      help: `Time for which steps waited for a key, of the ${TOP} most waited for.`,
      samples: keys(({ waitedMs }) => waitedMs, 1000),
    },
    {
      name: 'key_avoided_seconds',
      help: `Build time avoided by a key, of the ${TOP} that saved most.`,
      samples: keys(({ avoidedMs }) => avoidedMs, 1000),
    },
  ];
}

function largest<T>(all: ReadonlyMap<string, T>, figure: (each: T) => number): T[] {
  return [...all.values()].sort((a, b) => figure(b) - figure(a)).slice(0, TOP);
}

function written({ name, help, samples }: Metric): string {
  if (samples.length === 0) return '';
  const full = `build_once_${name}`;
  const lines = distinct(samples).map(([labels, value]) => `${full}${braces(labels)} ${value}`);
  return [`# HELP ${full} ${help}`, `# TYPE ${full} gauge`, ...lines, ''].join('\n');
}

/** Two platforms may have one key, and a series may be there once only: the larger one counts. Samples come largest first. */
function distinct(samples: readonly Sample[]): Sample[] {
  return [...new Map(samples.toReversed().map((sample) => [braces(sample[0]), sample])).values()].reverse();
}

function braces(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
