import { asFields, isCount, isWho } from '../base/fields.ts';
import { isJobId, isToken } from '../base/key.ts';
import type { Asker } from './engine.ts';

/** Whether a value that was read from a record of others is an {@link Asker}. */
export function isAsker(value: unknown): value is Asker {
  const { key, who, build, slots, job } = asFields(value) ?? {};
  return (
    typeof key === 'string' &&
    isWho(who) &&
    (build === undefined || (typeof build === 'string' && isToken(build))) &&
    (slots === undefined || isCount(slots)) &&
    (job === undefined || (typeof job === 'string' && isJobId(job)))
  );
}
