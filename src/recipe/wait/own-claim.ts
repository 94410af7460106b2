import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import type { Holder } from '../../lock/engine.ts';
import type { Context } from '../context.ts';

/** Whether a lock or a slot is held for the steps of this very job. */
export function isOwn({ asker }: Holder, { services: { worker } }: Context): boolean {
  return asker?.job === worker.id;
}

/**
 * A step that waits for a key that its own job has claimed would wait for a step after it.
 * @throws OnceError OWN_CLAIM
 */
export function refuseOwnClaim(holder: Holder, context: Context): void {
  if (!isOwn(holder, context)) return;
  const key = shorten(context.request.subject.key);
  throw new OnceError(
    'OWN_CLAIM',
    `This job has claimed "${key}" itself and not published it yet, so waiting for it would never end. Publish it before this step, or give one of the two another \`key\`.`,
  );
}
