import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A folder that was being made for so long, in ms, is nobody's. */
const ABANDONED_MS = 24 * 3_600_000;

/**
 * The folder of an image, which its recipe makes if it is not there yet. Nobody removes it for as long as this process lives.
 * Those of the same recipe as it or its arguments were before are removed, if no process uses one of them.
 *
 * @param recipe prints the folder, `<cache>/<kind>-<digest>`, with `--where` without making it
 * @throws what the recipe printed, if it fails
 */
export async function imageOf(recipe: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const run = async (...all: readonly string[]) =>
    (await promisify(execFile)(recipe, all, { signal, maxBuffer: 2 ** 26 })).stdout.trim();
  const image = await run('--where', ...args);
  const kind = basename(image).replace(/-[0-9a-f]{16}$/, '');
  mkdirSync(dirname(image), { recursive: true });
  // Locked by a child, which shares the open file with this process. It is not closed: the lock ends with the process.
  const used = openSync(join(dirname(image), `.${kind}-used`), 'a');
  if (lock(used, '--exclusive', '--nonblock')) removeOthers(image, kind);
  // Not before this is one's own image safe, so it is made after.
  if (!lock(used, '--shared')) throw new Error(`flock cannot lock files in ${dirname(image)}`);
  return run(...args);
}

function lock(file: number, ...how: readonly string[]): boolean {
  return spawnSync('flock', [...how, '3'], { stdio: ['ignore', 'ignore', 'inherit', file] }).status === 0;
}

function removeOthers(image: string, kind: string): void {
  const cache = dirname(image);
  const old = new RegExp(`^${kind}-[0-9a-f]{16}$`);
  for (const name of readdirSync(cache).filter((each) => old.test(each) && each !== basename(image))) {
    // Half an image must not have the name of one.
    renameSync(join(cache, name), join(cache, `.making-${name}`));
    remove(join(cache, `.making-${name}`));
  }
  for (const name of readdirSync(cache).filter((each) => each.startsWith('.making-'))) {
    const since = statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > ABANDONED_MS) remove(join(cache, name));
  }
}

/** What belongs to root stays where this user is another; the next try comes with the next run. */
function remove(folder: string): void {
  spawnSync('rm', ['-rf', '--one-file-system', folder], { stdio: 'ignore' });
}
