import { formatBytes, shorten } from '../base/format.ts';
import type { Env } from '../step/inputs/read.ts';
import { type CatalogEntry, catalog } from '../store/catalog.ts';
import { rootsOf } from './roots.ts';
import { readOptions } from './usage.ts';

const HELP = `Lists what is in a shared cache: its keys, how large their builds are, and when a job last used them.

build-once list [--root FOLDER] [--json]

  --root FOLDER  the shared cache; by default what BUILD_ONCE_ROOT or RUNNER_TOOL_CACHE names
  --json         one JSON array, an object for each key

A size is that of the published build. A build that was replaced stays as long as jobs may use it; "old builds" counts
them. Nothing is changed, and no lock is taken.
`;

/** The verb `list`. @returns the exit code */
export async function listEntries(args: readonly string[], env: Env): Promise<number> {
  const options = readOptions(args, {
    root: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (options.help) return print(HELP);
  const [root = ''] = rootsOf(options.root ?? [], env, 1);
  const rows = [...catalog(root)].map(rowOf);
  if (options.json) return print(`${JSON.stringify(rows, null, 2)}\n`);
  return print(rows.length === 0 ? `${root} has no builds of build-once.\n` : table(rows));
}

/** One key, as `--json` gives it. */
interface Row {
  readonly key: string | undefined;
  readonly scope: string | undefined;
  readonly folder: string;
  readonly bytes: number | undefined;
  readonly files: number | undefined;
  /** ISO 8601, by the builder's clock. */
  readonly builtAt: string | undefined;
  /** ISO 8601, by the clock of the disk; undefined: no job was handed it. */
  readonly lastUsed: string | undefined;
  readonly builtBy: string | undefined;
  readonly oldBuilds: number;
  readonly damaged: boolean;
}

function rowOf({ paths, manifest, damaged, builds }: CatalogEntry): Row {
  const used = builds.flatMap(({ leases }) => leases.map(({ writtenMs }) => writtenMs));
  return {
    key: manifest?.key,
    scope: manifest?.scope,
    folder: paths.dir,
    bytes: manifest?.bytes,
    files: manifest?.files,
    builtAt: manifest?.createdAt,
    lastUsed: used.length === 0 ? undefined : new Date(Math.max(...used)).toISOString(),
    builtBy: manifest?.builtBy.runUrl || undefined,
    oldBuilds: builds.filter(({ state }) => state === 'replaced').length,
    damaged,
  };
}

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  [
    'KEY',
    ({ key, folder, damaged }) =>
      key === undefined ? `(${damaged ? 'damaged' : 'no build'}) ${folder}` : shorten(key),
  ],
  ['SCOPE', ({ scope = '' }) => shorten(scope, 40)],
  ['SIZE', ({ bytes }) => (bytes === undefined ? '' : formatBytes(bytes))],
  ['BUILT', ({ builtAt = '' }) => minute(builtAt)],
  ['LAST USED', ({ lastUsed = '' }) => minute(lastUsed)],
  ['OLD BUILDS', ({ oldBuilds }) => (oldBuilds === 0 ? '' : `${oldBuilds}`)],
];

function table(rows: readonly Row[]): string {
  const lines = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row)))];
  const widths = COLUMNS.map((_column, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const bytes = rows.reduce((sum, row) => sum + (row.bytes ?? 0), 0);
  return `${text.join('\n')}\n\n${rows.length} ${rows.length === 1 ? 'key' : 'keys'}, ${formatBytes(bytes)} in published builds.\n`;
}

/** `2026-11-28 09:30` of a time in ISO 8601. */
function minute(time: string): string {
  return shorten(time.slice(0, 16).replace('T', ' '));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
