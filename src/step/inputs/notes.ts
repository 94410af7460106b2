import { shorten } from '../../base/format.ts';
import { emptyPartIn, HASH_ADVICE } from './hash-of-nothing.ts';
import { nearest } from './values.ts';

/** Variables that are set for build scripts, or that say where the root is. */
const OURS = ['OUT', 'KEY', 'IDENTITY', 'TOKEN', 'IMAGE', 'WITHIN', 'ROOT'];

/** The variables of a step's environment that name inputs, or look so. */
export interface Given {
  /** Of `INPUT_…`, what follows, in lower case. */
  readonly inputs: readonly string[];
  /** Of `BUILD_ONCE_…`, what follows. */
  readonly pool: readonly string[];
}

/**
 * What is odd about the inputs of a step without being wrong, for warnings.
 * @param known the inputs that the action has, also those that the runner fills in
 */
export function notesOn(key: string, given: Given, known: readonly string[], poolWide: readonly string[]): string[] {
  const empty = emptyPartIn(key);
  const variables = [...poolWide.map(variablePart), ...OURS];
  return [
    ...(empty === undefined
      ? []
      : [`key: "${shorten(key)}" has "${empty}" in it, as if something there were empty. ${HASH_ADVICE}.`]),
    ...given.inputs.flatMap((name) =>
      strange(
        name,
        known,
        (near) => `with: ${shorten(name)} is no input of this action, and nothing reads it. Did you mean \`${near}\`?`,
      ),
    ),
    ...given.pool.flatMap((name) =>
      strange(
        name,
        variables,
        (near) =>
          `BUILD_ONCE_${shorten(name)} is no variable of this action, and nothing reads it. Did you mean \`BUILD_ONCE_${near}\`?`,
      ),
    ),
  ];
}

/** `WAIT_TIMEOUT` for `wait-timeout`. */
export function variablePart(input: string): string {
  return input.toUpperCase().replaceAll('-', '_');
}

function strange(name: string, known: readonly string[], tell: (near: string) => string): string[] {
  const near = known.includes(name) ? undefined : nearest(name, known);
  return near === undefined ? [] : [tell(near)];
}
