import { rmdirSync } from 'node:fs';
import { unless } from '../../base/errors.ts';
import type { Claim, LockEngine } from '../../lock/engine.ts';
import { dropDraft } from '../../store/right.ts';
import type { Context } from '../context.ts';
import { releaseAndSweep } from '../wait/contend.ts';
import { buildAndPublish, type OwnBuild } from './attempt.ts';

/** What a process left that held the lock while other steps built, and that was killed. */
export interface DeadClaim {
  readonly token: string;
  readonly out: string;
  readonly replaces: string | undefined;
  readonly buildMs: number;
}

/**
 * Publishes for a dead holder. Nobody can tell this from the holder having been stopped until now, and what such a one may
 * do is decided by its right, not by its lock: whoever takes the lock over takes the right away first, by the rename of a
 * name that publishing renames too, so one of the two finds it gone.
 *
 * The holder must be known to be dead: two that write into one right would spoil its manifest.
 *
 * @returns undefined when somebody has taken over
 */
export async function resume(context: Context, engine: LockEngine, left: DeadClaim): Promise<OwnBuild | undefined> {
  const { id } = context.paths;
  const claim: Claim = {
    token: left.token,
    lost: new AbortController().signal,
    confirm: () => engine.alive(id, left.token),
    // A killed holder is no failure of the build: those who wait try for themselves.
    fail: async () => {},
    onExit: () => {},
    [Symbol.asyncDispose]: async () => {
      // Asking who holds it takes over from the dead, which leaves the folder to the next one, who may never come.
      await engine.holder(id);
      unless(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM', 'EBUSY', 'ESTALE'], () => rmdirSync(context.paths.lock));
    },
  };
  try {
    dropDraft(context.paths, left.token);
    return await buildAndPublish(context, { ...left, claim });
  } finally {
    await releaseAndSweep({ context, engine }, claim);
  }
}
