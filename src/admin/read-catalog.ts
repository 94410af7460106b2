import { readdirSync } from 'node:fs';
import { messageOf, OnceError, systemCode } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { type CatalogEntry, catalog } from '../store/catalog.ts';

/**
 * The keys of a root, one after the other: a cache may have more than fit well into memory.
 * @throws OnceError ROOT_UNUSABLE that says why they cannot be read
 */
export function* eachKey(root: string): Generator<CatalogEntry, void, undefined> {
  try {
    readdirSync(root);
    yield* catalog(root);
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
