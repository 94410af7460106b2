import type { InputName, Values } from './table.ts';
import type { Fault } from './values.ts';

/** An input that is invalid, by itself or together with another one. */
export interface Problem extends Omit<Fault, 'value'> {
  readonly name: string;
  /** The value to show; undefined if there is none. */
  readonly value: string | undefined;
}

/** The inputs read so far. An invalid one has a text and no value. */
export interface Read {
  readonly values: Partial<Values>;
  /** The text of an input, trimmed; empty if unset. */
  readonly text: (name: InputName) => string;
  /** What the step calls it. */
  readonly called: (name: InputName) => string;
  /** Other steps of the job make the artifact. */
  readonly bySteps: boolean;
}

/** Inputs that may be secrets: messages never contain their values. */
export const SECRET: readonly InputName[] = ['token', 'headers', 'build-args', 'secrets', 'pool', 'pool-password'];

/** A problem of an input, with its text as it was given. */
export function problem(read: Read, name: InputName, wrong: string, instead: string): Problem {
  return { name: read.called(name), value: SECRET.includes(name) ? undefined : shown(read.text(name)), wrong, instead };
}

/** The text as messages may show it: a URL without its query, which may contain a signature. */
function shown(text: string): string | undefined {
  return (/^https?:/i.test(text) ? text.replace(/[?#].*/s, '') : text) || undefined;
}
