import { readdirSync } from 'node:fs';
import { messageOf, OnceError, systemCode } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { Pace } from '../host/walk.ts';
import { type CatalogEntry, catalog, entryIds } from '../store/catalog.ts';

/**
 * The keys of a root, one after the other: a cache may have more than fit well into memory. Signals are heard in between.
 * @throws OnceError ROOT_UNUSABLE that says why they cannot be read
 */
export async function* eachKey(root: string): AsyncGenerator<CatalogEntry, void, undefined> {
  const pace = new Pace();
  try {
    readdirSync(root);
    for (const entry of catalog(root)) {
      if (pace.due) await pace.rest();
      yield entry;
    }
  } catch (error) {
    throw unreadable(root, error);
  }
}

/** The names of the folders of its keys, sorted. @throws OnceError as {@link eachKey} */
export function keyIds(root: string): string[] {
  try {
    readdirSync(root);
    return entryIds(root);
  } catch (error) {
    throw unreadable(root, error);
  }
}

/** Why a root cannot be read, for people; an error that is none of the system stays as it is. */
export function unreadable(root: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const why =
    { ENOENT: 'does not exist', ENOTDIR: 'is not a folder', EACCES: 'may not be read by this user' }[code] ??
    `cannot be read: ${messageOf(error)}`;
  return new OnceError(
    'ROOT_UNUSABLE',
    `${shorten(root, 1000)} ${why}. Name the folder that the jobs use as \`root\`, and run this as the user of the runner.`,
  );
}
