import { basename } from 'node:path';
import { HELD_OPEN, messageOf, systemCode, unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import type { Search } from '../recipe/find/source.ts';
import { renameBack, renameToOrigin } from '../store/carried.ts';
import type { EntryPaths } from '../store/layout.ts';
import type { Manifest } from '../store/manifest.ts';
import { USED_NAME } from './transfer/order.ts';

/** What became of a restored build: `build` is its name in this root; `why` continues a sentence that ends with a colon. */
export type Settled = { readonly build: string } | { readonly why: string };

/**
 * Brings what was unpacked in `out` to the place where it works, and asks there whether this step takes it. A build that may
 * contain its own path gets the name that it had where it was built.
 *
 * @param out the build folder of this attempt; of what is not taken it is there again, with what was unpacked
 */
export async function settle(search: Search, manifest: Manifest, out: string): Promise<Settled> {
  const { request, entry, whyUnfit, whyNotTaken } = search;
  const { paths } = entry;
  const own = basename(out);
  if (request.subject.relocatable) {
    const why = await whyNotTaken(manifest, out);
    return why === undefined ? { build: own } : { why };
  }
  const { build, path } = manifest;
  const place = entry.folderOf(build);
  if (path !== place) return { why: `it may contain its path, and was built in ${shorten(path)}` };
  // A name is not spent on what this step refuses in any place: another step may take it.
  const unfit = whyUnfit(manifest);
  if (unfit !== undefined) return { why: unfit };
  const unnamed = whyUnnamed(paths, own, build);
  if (unnamed !== undefined) return { why: unnamed };
  let isTaken = false;
  try {
    const why = await whyNotTaken(manifest, place);
    isTaken = why === undefined;
    return why === undefined ? { build } : { why };
  } finally {
    // Without an answer too: nothing of an attempt is to be seen once its lock opens. Of a robbed one nothing may be left.
    if (!isTaken) unless(['ENOENT'], () => renameBack(paths, own, build));
  }
}

/** Gives it that name, or says why it has its own still. */
function whyUnnamed(paths: EntryPaths, own: string, origin: string): string | undefined {
  try {
    return renameToOrigin(paths, own, origin) ? undefined : USED_NAME;
  } catch (error) {
    // What has just been unpacked is what a scanner on Windows reads, for longer than a rename waits. It can be built.
    if (!HELD_OPEN.includes(systemCode(error) ?? '')) throw error;
    return `it cannot be given the name that it had (${messageOf(error)})`;
  }
}
