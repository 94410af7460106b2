import { OnceError } from '../../base/errors.ts';
import { shorten } from '../../base/format.ts';
import { WITHIN_VARIABLE } from '../../host/proc.ts';

/** `<id>/<token>` of the attempts that a step with this environment runs inside of, outermost first. */
export function withinOf(env: Readonly<Record<string, string | undefined>>): string[] {
  return (env[WITHIN_VARIABLE] ?? '').split(',').filter((each) => each !== '');
}

/**
 * A build that asks for the key it is itself building would wait for itself for ever.
 * @throws OnceError NESTED_SAME_KEY
 */
export function refuseOwnKey(env: Readonly<Record<string, string | undefined>>, id: string, key: string): void {
  if (!withinOf(env).some((each) => each.startsWith(`${id}/`))) return;
  throw new OnceError(
    'NESTED_SAME_KEY',
    `The build of "${shorten(key)}" asks for "${shorten(key)}" itself, and would wait for itself for ever. Give the inner step another \`key\`, or take it out of the script.`,
  );
}
