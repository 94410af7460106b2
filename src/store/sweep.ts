import { listFolder, lookAt } from '../host/file-system.ts';
import { killProcessesOf } from '../host/proc.ts';
import { removeTreesIn } from '../host/remove-tree.ts';
import { attemptsAt } from './carried.ts';
import { buildDir, type EntryPaths, isTrash, rightIn, tokenIn } from './layout.ts';
import { wasPublished } from './publish/publish.ts';
import { destroyTakenRight } from './publish/right.ts';
import { type Discarded, discard } from './trash.ts';
import { sweepWaits } from './waits.ts';

/**
 * Clears away what dead attempts left for this key: rights, builds that were never published, trash. Called by a holder
 * after its release, so that nobody waits for it.
 *
 * The order is what makes it safe: names first, then who is alive, then what is published. An attempt that shows up
 * among the names had its holder record before; if the record is gone when it is asked for, the attempt has ended, and
 * then its mark in `published/` is there when that is asked. Nothing of an attempt that left no name here is swept: one
 * that was only stopped may take the lock now, build and publish.
 *
 * @param alive whether an attempt may still be alive; asked by name, after the names were listed
 * @param isEnding whether this process must end soon
 * @returns how many builds were swept
 */
export async function sweep(
  paths: EntryPaths,
  alive: (token: string) => Promise<boolean>,
  signal?: AbortSignal,
  isEnding = false,
): Promise<number> {
  const found = listFolder(paths.dir);
  const marks = listFolder(paths.published);
  const immovable: string[] = [];
  let swept = 0;
  for (const token of new Set(found.map(tokenIn))) {
    if (token === undefined) continue;
    // Published, with no right left. Nearly all builds are, and asking whether an attempt is alive costs most.
    const settled = marks.includes(token) && found.filter((name) => tokenIn(name) === token).length === 1;
    if (settled || (await anyAlive(attemptsAt(paths, token), alive))) continue;
    const became = sweepAttempt(paths, token);
    if (became !== 'absent') swept += 1;
    if (became === 'immovable') immovable.push(token);
  }
  await emptyTrash(paths, signal, immovable, isEnding);
  // The release of the lock has just changed the folder.
  await sweepWaits(paths.root, lookAt(paths.dir)?.mtimeMs ?? 0);
  return swept;
}

async function anyAlive(tokens: readonly string[], alive: (token: string) => Promise<boolean>): Promise<boolean> {
  for (const token of tokens) if (await alive(token)) return true;
  return false;
}

/**
 * First the right to publish, then the build: a stopped attempt that wakes up in between cannot publish a swept folder.
 *
 * Its processes are ended once more, although the takeover of its lock ended them. A child that the step had forked when it
 * was killed, and that had not executed its program yet, could not be found then.
 */
function sweepAttempt(paths: EntryPaths, token: string): Discarded {
  if (wasPublished(paths, token)) return 'absent';
  const became = discard(paths, buildDir(paths, token), token);
  killProcessesOf(token);
  return became;
}

/**
 * Deletes what was renamed to trash, by this attempt or by others that died since. Files that only another user may delete
 * stay for a step of that user, and do not keep the rest.
 *
 * @param immovable builds that are trash, but could not be moved there
 * @param isEnding whether this process must end soon
 * @throws the first system error, when something could not be deleted
 */
export async function emptyTrash(
  paths: EntryPaths,
  signal?: AbortSignal,
  immovable: readonly string[] = [],
  isEnding = false,
): Promise<void> {
  for (const token of listFolder(paths.dir).filter(isTrash).map(rightIn)) {
    if (token !== undefined) destroyTakenRight(paths, token);
  }
  // Listed after that: what was foreign in a right has been moved to the trash.
  const builds = listFolder(paths.dir).filter((name) => isTrash(name) && rightIn(name) === undefined);
  await removeTreesIn(paths.dir, [...builds, ...immovable], signal, isEnding);
}
