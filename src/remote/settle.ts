import { basename } from 'node:path';
import { unless } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import type { Search } from '../recipe/find/source.ts';
import { renameBack, renameToOrigin, wasCarried } from '../store/carried.ts';
import type { Manifest } from '../store/manifest.ts';

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
  if (!renameToOrigin(paths, own, build)) return { why: USED_NAME };
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

const USED_NAME =
  'it may work only in the path where it was built, and something is there, or was before: a path is used only once';

/** Whether it is known, before anything is fetched, that {@link settle} would refuse the name. Says so. */
export function isUsedName({ request, entry, turn, services }: Search): boolean {
  if (request.subject.relocatable || turn?.kind !== 'restore' || !wasCarried(entry.paths, turn.pointer.token))
    return false;
  services.reporter.info(`"${shorten(request.subject.key)}" is not restored: ${USED_NAME}.`);
  return true;
}
