import { parseArgs } from 'node:util';

/** What is wrong with a command line, in one line and without its full stop. */
export class BadUsage extends Error {}

/** The options of a verb, as `parseArgs` wants them. */
export type OptionTable = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/** Reads the options of a verb that takes nothing else. */
export function readOptions<const Table extends OptionTable>(args: readonly string[], options: Table) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    // What Node adds after its first sentence is about the `--` of positional arguments.
    throw new BadUsage((error as Error).message.split(/\.(?:\s|$)|\n/)[0]);
  }
}

/** A whole number from 0 to `most`. */
export function countOf(name: string, text: string, most: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= most) return count;
  throw new BadUsage(`--${name} "${text}" is not a whole number from 0 to ${most}`);
}
