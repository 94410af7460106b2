import { shorten } from '../../base/format.ts';
import { ROOT_VARIABLES } from '../../step/inputs/root.ts';
import { nearest } from '../../step/inputs/values.ts';
import { endSignal, INTERRUPTED } from '../end-signal.ts';
import { writeOut } from '../output.ts';
import { asksForPool, type GivenPool, poolOf, poolOptions } from '../pool/options.ts';
import { rootsOf, usualRoot } from '../roots.ts';
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
build-once list --locks [--root DIR] [--pool ADDRESS] [--watch | --json]

  --root DIR     the shared cache; by default what the action takes: ${ROOT_VARIABLES.join(', ')}
  --sort COLUMN  ${SORTS.join(', ')}: the largest, the oldest and what was not used for longest
                 come first. Keys that are equal in it stay in the order of their folders
  --reverse      the other way round; what is not known stays last
  --locks        instead: who builds which key, who has which build slot, and which claimed keys are waited for
  --pool ADDRESS
                 with --locks: also who has which lock and slot in this pool, redis://host:port/db; by default in the
                 one that BUILD_ONCE_POOL names. Its password is in BUILD_ONCE_POOL_PASSWORD
  --pool-env VAR, --pool-password-env VAR
                 name other variables that have them
  --watch        shows it anew every 2 s, until Ctrl-C; for terminals
  --json         prints one JSON object
  --help         this text

READERS are the jobs that use a build and are seen to live; +3? are three that were handed one in the last 6 h and run
elsewhere, where they cannot be seen. Replaced builds are older ones of a key, which stay while jobs may use them.
Unfinished ones are of attempts that are dead or at work. RECLAIMABLE is what no job uses. Nothing is changed, and no
lock is taken.

A lock whose holder is dead is opened by the next job that needs it, or by build-once unlock. In a pool, LEASE is for how
long a holder keeps a lock that it does not renew.

Example: build-once list --root /opt/ci-cache --sort size

Exit code: 0, 1 if the cache or the pool cannot be read, 2 for bad options, 130 if interrupted.
`,
  async run(args) {
    const options = readOptions(args, {
      root: { type: 'string', multiple: true },
      sort: { type: 'string' },
      reverse: { type: 'boolean' },
      locks: { type: 'boolean' },
      watch: { type: 'boolean' },
      json: { type: 'boolean' },
      ...poolOptions,
    });
    const { sort, reverse = false, locks = false, watch = false, json = false } = options;
    if (sort !== undefined) requireColumn(sort);
    if (locks && (sort !== undefined || reverse))
      throw new BadUsage('--sort and --reverse are for keys, not for --locks');
    if (!locks && asksForPool(options)) throw new BadUsage('--pool is for --locks: a pool keeps no builds');
    if (watch) requireTerminal(json);
    const signal = endSignal();
    const look = locks ? await locksOf(options) : keyView(rootOf(options), sort, reverse);
    if (watch) await watchView(look, signal);
    const isWhole = watch || (await show(look, json, signal));
    if (signal.aborted) return INTERRUPTED;
    return isWhole ? 0 : 1;
  },
};

interface Places extends GivenPool {
  readonly root?: readonly string[] | undefined;
}

function rootOf({ root = [] }: Places): string {
  return rootsOf(root, 1)[0] ?? '';
}

/** Where a pool is named, somebody may look at it who has no cache. */
function locksOf(places: Places): Promise<Look> {
  const pool = poolOf(places, process.env, process.env.BUILD_ONCE_POOL);
  const hasNone = pool !== undefined && places.root === undefined && usualRoot() === undefined;
  return lockView(hasNone ? undefined : rootOf(places), pool);
}

/** @returns false where a part of it could not be looked at */
async function show(look: Look, json: boolean, signal: AbortSignal): Promise<boolean> {
  const view = await look(signal);
  if (signal.aborted) return true;
  await writeOut(json ? view.json : ended(view.lines));
  if (view.trouble === undefined) return true;
  process.stderr.write(`${view.trouble}\n`);
  return false;
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
