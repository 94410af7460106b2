import { shorten } from '../../base/format.ts';
import { findLocks, isKnown } from './find.ts';
import type { Done, Opened } from './opened.ts';
import { Opener, type OpenerOptions } from './opener.ts';

/**
 * Opens the locks of a key in a shared root.
 * @returns undefined where there is no such key; that is told
 * @throws OnceError ROOT_UNUSABLE
 */
export async function unlockInRoot(key: string, root: string, options: OpenerOptions): Promise<Done | undefined> {
  const { scope, signal } = options;
  const opener = await Opener.open(root, options);
  const locks = await findLocks(opener.sight, key, signal);
  if (locks.length === 0 && !isKnown(root, key)) {
    process.stderr.write(
      `${shorten(root, 1000)} has no key "${shorten(key)}", and nobody builds it. See build-once list\n`,
    );
    return undefined;
  }
  const opened: Opened[] = [];
  for (const lock of locks.filter((each) => scope === undefined || [scope, undefined].includes(each.scope))) {
    if (!signal.aborted) opened.push(await opener.unlock(lock));
  }
  return { place: { root }, opened };
}
