import type { LockEngine } from '../../lock/engine.ts';
import { BuildEntry } from '../../store/build-entry.ts';
import type { BuildContext, Context } from '../context.ts';
import { buildAndPublish, type OwnBuild } from './attempt.ts';
import { releaseAndSweep } from './hold.ts';

/** What a process left that held the lock while other steps built, and that was killed. */
export interface DeadClaim {
  readonly token: string;
  readonly out: string;
  readonly replaces: string | undefined;
  readonly buildMs: number;
}

/**
 * Publishes for a dead holder. Nobody can tell this from the holder having been stopped until now, and what such a one may
 * do is decided by its right, not by its lock: a new holder takes the right away before it looks, by the rename of a name
 * that publishing renames too, so one of the two finds it gone.
 *
 * The holder must be known to be dead: two that write into one right would spoil its manifest. A killed holder is no
 * failure of the build, so none is left for those who wait: they try for themselves.
 *
 * @returns undefined when somebody has taken over
 */
export async function resume(looking: Context, engine: LockEngine, dead: DeadClaim): Promise<OwnBuild | undefined> {
  const entry = new BuildEntry(looking.entry.subject, looking.entry.groupShared);
  const context: BuildContext = { ...looking, entry };
  const claim = engine.adopt(entry.id, dead.token);
  try {
    entry.dropDrafts(dead.token);
    return await buildAndPublish(context, { ...dead, claim });
  } finally {
    await releaseAndSweep({ context, engine }, claim);
  }
}
