import { shorten } from '../../base/format.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { nearest } from '../../step/inputs/values.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { writeOut } from '../output.ts';
import { rootsOf } from '../roots.ts';
import { BadUsage, readOptions, type Verb } from '../verb.ts';
import { keyView } from './key-view.ts';
import { KEY_COLUMNS } from './keys.ts';
import { lockView } from './lock-view.ts';
import type { Look } from './view.ts';
import { watchView } from './watch.ts';

const SORTS = Object.keys(KEY_COLUMNS);

/** Lists what is in a shared cache. */
export const list: Verb = {
  name: 'list',
  summary: 'lists what is in the shared cache, and who builds now',
  usage: `Lists what is in a shared cache: its keys, how large their builds are, who uses them, and what could be removed.

build-once list [--root DIR] [--sort COLUMN] [--reverse] [--watch | --json]
build-once list --locks [--root DIR] [--watch | --json]

  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --sort COLUMN  ${SORTS.join(', ')}: the largest, the oldest and what was not used for longest
                 come first. Keys that are equal in it stay in the order of their folders
  --reverse      the other way round; what is not known stays last
  --locks        instead: who builds which key, who has which build slot, and which claimed keys are waited for
  --watch        shows it anew every 2 s, until Ctrl-C; for terminals
  --json         prints one JSON object
  --help         this text

READERS are the jobs that use a build and are seen to live; +3? are three that were handed one in the last 6 h and run
elsewhere, where they cannot be seen. Replaced builds are older ones of a key, which stay while jobs may use them.
Unfinished ones are of attempts that are dead or at work. RECLAIMABLE is what no job uses. Nothing is changed, and no
lock is taken.

A lock whose holder is dead is opened by the next job that needs it, or by build-once unlock.

Example: build-once list --root /opt/ci-cache --sort size

Exit code: 0, 1 if the cache cannot be read, 2 for bad options, 130 if interrupted.
`,
  async run(args) {
    const options = readOptions(args, {
      root: { type: 'string', multiple: true },
      sort: { type: 'string' },
      reverse: { type: 'boolean' },
      locks: { type: 'boolean' },
      watch: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const { sort, reverse = false, locks = false, watch = false, json = false } = options;
    if (sort !== undefined) requireColumn(sort);
    if (locks && (sort !== undefined || reverse))
      throw new BadUsage('--sort and --reverse are for keys, not for --locks');
    if (watch) requireTerminal(json);
    const [root = ''] = rootsOf(options.root ?? [], 1);
    const signal = endSignal();
    const look = locks ? await lockView(root) : keyView(root, sort, reverse);
    if (watch) await watchView(look, signal);
    else await show(look, json, signal);
    return signal.aborted ? INTERRUPTED : 0;
  },
};

async function show(look: Look, json: boolean, signal: AbortSignal): Promise<void> {
  const view = await look(signal);
  if (signal.aborted) return;
  await writeOut(json ? view.json : ended(view.lines));
}

function* ended(lines: Iterable<string>): Generator<string, void, undefined> {
  for (const line of lines) yield `${line}\n`;
}

/** @throws BadUsage */
function requireColumn(sort: string): void {
  if (SORTS.includes(sort)) return;
  const near = nearest(sort.toLowerCase(), SORTS);
  const hint = near === undefined ? `columns: ${SORTS.join(', ')}` : `did you mean "${near}"?`;
  throw new BadUsage(`--sort: there is no column "${shorten(sort)}" (${hint})`);
}

/** @throws BadUsage */
function requireTerminal(json: boolean): void {
  if (json) throw new BadUsage('--watch is for people, and --json for programs: call it with --json from time to time');
  if (process.stdout.isTTY === true) return;
  throw new BadUsage('--watch needs a terminal: without it, list prints what there is once');
}
