import { parseArgs } from 'node:util';

/** A command of the command line. */
export interface Verb {
  readonly name: string;
  /** What it does, in one line of `build-once --help`. */
  readonly summary: string;
  /** The text of `build-once <name> --help`, with a line feed at its end. */
  readonly usage: string;
  /**
   * @param args what follows the name on the command line
   * @returns the exit code
   * @throws BadUsage
   */
  run(args: readonly string[]): Promise<number>;
}

/** A mistake in the command line. The message is one line without a full stop. */
export class BadUsage extends Error {}

/** The options of a verb, as `parseArgs` wants them. */
export type OptionTable = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

/**
 * Reads the options of a verb that takes no other arguments.
 * @throws BadUsage
 */
export function readOptions<const Table extends OptionTable>(args: readonly string[], options: Table) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    // After its first sentence, Node explains `--` and positional arguments, which no verb takes.
    throw new BadUsage((error as Error).message.split(/\.(?:\s|$)|\n/)[0]);
  }
}

/**
 * Reads a whole number from 0 to `most`.
 * @throws BadUsage
 */
export function readCount(name: string, text: string, most: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= most) return count;
  throw new BadUsage(`--${name} "${text}" is not a whole number from 0 to ${most}`);
}
