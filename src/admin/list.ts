import { formatBytes, shorten } from '../base/format.ts';
import { ROOT_VARIABLES } from '../step/inputs/root.ts';
import type { CatalogEntry } from '../store/catalog.ts';
import { eachKey } from './read-catalog.ts';
import { rootsOf } from './roots.ts';
import { readOptions, type Verb } from './verb.ts';

/** Lists what is in a shared cache. */
export const list: Verb = {
  name: 'list',
  summary: 'lists what is in the shared cache',
  usage: `Lists what is in a shared cache: its keys, how large their builds are, and when a job last used them.

build-once list [--root DIR] [--json]

  --root DIR   the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --json       prints one JSON array, an object for each key
  --help       this text

A size is that of the published build. A build that was replaced stays as long as jobs may use it; OLD BUILDS counts
them. Nothing is changed, and no lock is taken.

Example: build-once list --root /opt/ci-cache
`,
  async run(args) {
    const options = readOptions(args, { root: { type: 'string', multiple: true }, json: { type: 'boolean' } });
    const [root = ''] = rootsOf(options.root ?? [], 1);
    const rows = Array.from(eachKey(root), rowOf);
    if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else process.stdout.write(rows.length === 0 ? `${root} has no builds of build-once.\n` : table(rows));
    return 0;
  },
};

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
  /** `damaged`, `newer format`, or the system's error code if this user cannot read the key. */
  readonly trouble: string | undefined;
}

function rowOf({ paths, manifest, trouble, builds }: CatalogEntry): Row {
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
    trouble,
  };
}

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ['KEY', ({ key, folder, trouble = 'no build' }) => (key === undefined ? `(${trouble}) ${folder}` : shorten(key))],
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
