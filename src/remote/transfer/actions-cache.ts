import { restoreCache, saveCache } from '@actions/cache';
import { files } from './order.ts';

export { keepTokenFor } from './own-token.ts';

// The version of an entry is a hash of these texts, so they are the same on all hosts: relative to GITHUB_WORKSPACE, which
// is the scratch folder of this process, as is its working directory.
const PATHS = [files.pack];

/**
 * Sends the pack in the scratch folder.
 * @returns whether it is saved; if not, the package has said why
 */
export async function send(name: string): Promise<boolean> {
  return (await saveCache([...PATHS], name)) !== -1;
}

/**
 * Asks for the newest pack whose name begins with `prefix`.
 * @returns its name; undefined if there is none, or if the package has said what failed
 */
export async function newestName(prefix: string): Promise<string | undefined> {
  // A name that is only a prefix is no name of a pack, so it never matches as a whole.
  return restoreCache([...PATHS], prefix, [prefix], { lookupOnly: true });
}

/**
 * Fetches a pack into the scratch folder.
 * @returns whether it is there; if not, the package has said why
 */
export async function fetch(name: string): Promise<boolean> {
  return (await restoreCache([...PATHS], name)) === name;
}
