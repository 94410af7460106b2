import { shorten } from '../../base/format.ts';
import { openInspector, type PoolPlace } from '../pool/options.ts';
import type { Done, Opened } from './opened.ts';
import { PoolOpener } from './pool-opener.ts';

/**
 * Opens the locks of a key in a pool.
 * @returns undefined where it is not known whether somebody holds one; that is told
 * @throws OnceError BAD_INPUT, POOL_UNUSABLE
 */
export async function unlockInPool(
  key: string,
  place: PoolPlace,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
): Promise<Done | undefined> {
  await using inspector = await openInspector(place);
  const { shown } = inspector;
  const opener = new PoolOpener(inspector, force, signal);
  const { locks, isPart } = await opener.find(key);
  if (locks.length === 0 && isPart) {
    process.stderr.write(
      `The pool ${shown} has too many keys to look at all: nobody was found to hold "${shorten(key)}".\n`,
    );
    return undefined;
  }
  const opened: Opened[] = [];
  for (const lock of locks) {
    if (!signal.aborted) opened.push(await opener.unlock(lock));
  }
  return { place: { pool: shown }, opened };
}
