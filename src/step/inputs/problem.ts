import type { InputName, Values } from './table.ts';
import type { Fault } from './values.ts';

/** Something wrong with one input, or with what another one makes of it. */
export interface Problem extends Omit<Fault, 'value'> {
  readonly name: string;
  /** undefined: there is no value to show. */
  readonly value: string | undefined;
}

/** What was read so far: a value that could not be read is missing, and its text is still there. */
export interface Read {
  readonly values: Partial<Values>;
  /** The text of an input without its outer blanks; empty when unset. */
  readonly text: (name: InputName) => string;
  /** Other steps of the job make the artifact. */
  readonly bySteps: boolean;
}

/** Inputs that may be secrets as a whole: what is wrong with them is told without their value. */
const SECRET: readonly InputName[] = ['token', 'headers', 'build-args'];

/** A problem with an input as it was given. */
export function problem(read: Read, name: InputName, wrong: string, instead: string): Problem {
  return { name, value: SECRET.includes(name) ? undefined : shown(read.text(name)), wrong, instead };
}

/** Of a URL without the query, where object stores have their signatures. */
function shown(text: string): string | undefined {
  return (/^https?:/i.test(text) ? text.replace(/[?#].*/s, '') : text) || undefined;
}
