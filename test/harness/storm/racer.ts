/**
 * One process of a race for builds in which no lock keeps anybody back, as if every lock had failed. Told what to be by
 * its arguments: `publisher`, `robber` or `reader`, and the plan as JSON. Prints one line of JSON when it ends.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { isToken, newToken } from '../../../src/base/key.ts';
import { type EntryPaths, entryPaths } from '../../../src/store/layout.ts';
import { current, type Look, look } from '../../../src/store/look.ts';
import { MANIFEST_FORMAT, type Manifest } from '../../../src/store/manifest.ts';
import { openAttempt, publish, withdraw } from '../../../src/store/publish/publish.ts';
import { sweep } from '../../../src/store/sweep.ts';

export interface Race {
  readonly root: string;
  /** Ids of the entries, raced for one after the other. */
  readonly ids: readonly string[];
  /** Files of one build; each holds the build's token. */
  readonly files: number;
  /** Exists once the publishers are done. */
  readonly over: string;
}

/** What a publisher says: tokens of the builds it was told are published, and how many were lost. */
export interface Published {
  readonly published: readonly { readonly id: string; readonly token: string }[];
  readonly lost: number;
}

/** What a reader says: how often it was handed a path, how many different ones, and what was wrong. */
export interface Seen {
  readonly looks: number;
  readonly handed: number;
  readonly paths: readonly string[];
  readonly wrong: readonly string[];
}

const [role = '', text = 'null', index = '0'] = process.argv.slice(2);
const race = JSON.parse(text) as Race;
const roles: Readonly<Record<string, () => Promise<unknown>>> = { publisher, robber, reader };

process.stdout.write('Ready.\n');
process.stdin.once('data', () => {
  process.stdin.destroy();
  void roles[role]?.().then((said) => process.stdout.write(`${JSON.stringify(said ?? null)}\n`));
});

/** Publishes one build for each entry: every other one is to be the first, and the others replace what is there. */
async function publisher(): Promise<Published> {
  const published: { id: string; token: string }[] = [];
  let lost = 0;
  for (const [turn, id] of race.ids.entries()) {
    const paths = entryPaths(race.root, id);
    const token = newToken();
    mkdirSync(paths.published, { recursive: true });
    const replaces = (turn + Number(index)) % 2 === 0 ? undefined : current(paths);
    const ending = await attempt(paths, token, replaces);
    if (ending === 'published') published.push({ id, token });
    else lost += 1;
  }
  return { published, lost };
}

async function attempt(paths: EntryPaths, token: string, replaces: string | undefined): Promise<'published' | 'lost'> {
  try {
    const out = openAttempt(paths, token);
    for (let file = 0; file < race.files; file++) writeFileSync(join(out, `${file}`), token);
    await delay();
    const ending = await publish(paths, manifestOf(paths, token), replaces, async () => delay().then(() => true));
    if (ending === 'published') return ending;
  } catch (error) {
    // Robbed while it built: its folder is gone under it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  withdraw(paths, token);
  return 'lost';
}

/** As if the machine had other things to do, at the points where a robbery hurts most. */
function delay(): Promise<void> {
  return setTimeout(4 * Math.random());
}

function manifestOf(paths: EntryPaths, token: string): Manifest {
  return {
    format: MANIFEST_FORMAT,
    key: paths.id,
    scope: 'race',
    build: token,
    producer: 'race',
    fingerprint: '',
    buildMs: 0,
    createdAt: '',
    path: join(paths.dir, token),
    platform: 'any',
    bootId: '',
    builtBy: { repository: '', workflow: '', job: '', runUrl: '', runner: '', host: '' },
  };
}

/** Takes attempts for dead ones': takes their right away and sweeps them, while they are at work. */
async function robber(): Promise<{ swept: number }> {
  let swept = 0;
  for (let turn = 0; !isOver(); turn++) {
    const id = race.ids[turn % race.ids.length] ?? '';
    // One of four, so that every entry gets a build for certain.
    swept += await sweep(entryPaths(race.root, id), async (token) => parseInt(token.slice(-1), 16) % 4 > 0);
    await nextTurn();
  }
  return { swept };
}

/** Looks all the time; what it was handed must be whole at once, and stay whole. */
async function reader(): Promise<Seen> {
  const handed = new Map<string, string>();
  const there = new Set<string>();
  const wrong: string[] = [];
  let looks = 0;
  let count = 0;
  const check = (path: string, token: string, when: string) => {
    const fault = faultOf(path, token);
    if (fault !== undefined) wrong.push(`${when}: ${fault}`);
  };
  for (let last = false; !last; await nextTurn()) {
    // One more round after the end, in which every entry is there.
    last = isOver();
    for (const id of race.ids) {
      looks += 1;
      const found = look(entryPaths(race.root, id), { key: id, scope: 'race' }, false);
      const gone = found.kind === 'missing' && there.has(id);
      if (found.kind === 'damaged' || gone || (last && found.kind === 'missing')) wrong.push(`${id}: ${tell(found)}`);
      if (found.kind !== 'present') continue;
      there.add(id);
      count += 1;
      handed.set(found.path, found.manifest.build);
      check(found.path, found.manifest.build, 'handed out');
    }
    const [path = '', token = ''] = [...handed][looks % Math.max(handed.size, 1)] ?? [];
    if (isToken(token)) check(path, token, 'later');
  }
  for (const [path, token] of handed) check(path, token, 'at the end');
  return { looks, handed: count, paths: [...handed.keys()], wrong: wrong.slice(0, 5) };
}

function tell(found: Look): string {
  return found.kind === 'damaged' ? `damaged: ${found.why}` : `${found.kind}, after it was there`;
}

function faultOf(path: string, token: string): string | undefined {
  try {
    const names = readdirSync(path);
    if (names.length !== race.files) return `${path} has ${names.length} files`;
    const other = names.find((name) => readFileSync(join(path, name), 'utf8') !== token);
    return other === undefined ? undefined : `${path}/${other} is not of this build`;
  } catch (error) {
    return String(error);
  }
}

function isOver(): boolean {
  try {
    readFileSync(race.over);
    return true;
  } catch {
    return false;
  }
}
