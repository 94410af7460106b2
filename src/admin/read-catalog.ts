import { readdirSync } from 'node:fs';
import { messageOf, OnceError, systemCode } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { type CatalogEntry, catalog } from '../store/catalog.ts';

/**
 * The keys of a root.
 * @throws OnceError ROOT_UNUSABLE that says why they cannot be read
 */
export function readCatalog(root: string): readonly CatalogEntry[] {
  try {
    readdirSync(root);
    return [...catalog(root)];
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const why =
      { ENOENT: 'does not exist', ENOTDIR: 'is not a folder', EACCES: 'may not be read by this user' }[code] ??
      `cannot be read: ${messageOf(error)}`;
    throw new OnceError(
      'ROOT_UNUSABLE',
      `${shorten(root, 1000)} ${why}. Name the folder that the jobs use as \`root\`, and run this as the user of the runner.`,
    );
  }
}
