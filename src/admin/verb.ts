import { parseArgs } from 'node:util';
import { shorten } from '../base/format.ts';
import { nearest } from '../step/inputs/values.ts';

/** A command of the command line. */
export interface Verb {
  readonly name: string;
  /** What it does, in one line of `build-once --help`. */
  readonly summary: string;
  /** The text of `build-once <name> --help`, with a line feed at its end. */
  readonly usage: string;
  /** false: it writes to file descriptors alone, and is spared what `process.stdout` loads, which takes some ms. */
  readonly usesStdout?: false;
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
  return readArguments(args, options, []).values;
}

/**
 * Reads the options of a verb, and its other arguments in any order among them.
 * @param names what the other arguments are, for messages: there have to be as many
 * @throws BadUsage
 */
export function readArguments<const Table extends OptionTable>(
  args: readonly string[],
  options: Table,
  names: readonly string[],
) {
  const { values, positionals } = parsed(args, options);
  const [missing, extra] = [names[positionals.length], positionals[names.length]];
  if (missing !== undefined) throw new BadUsage(`${missing} is missing`);
  if (extra !== undefined) throw new BadUsage(`unexpected argument "${shorten(extra)}"`);
  return { values, positionals };
}

function parsed<const Table extends OptionTable>(args: readonly string[], options: Table) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new BadUsage(badOption(error as Error, Object.keys(options)));
  }
}

/** What Node says of an option, and the option that may have been meant. */
function badOption({ message }: Error, options: readonly string[]): string {
  const [, unknown] = /^Unknown option '(-.*?)'(?:\.|$)/s.exec(message) ?? [];
  // After its first sentence, Node explains `--` and other arguments.
  if (unknown === undefined) return shorten(message.split(/\.(?:\s|$)|\n/)[0] ?? '', 200);
  const near = nearest(unknown.replace(/^-+/, ''), options);
  const hint =
    near === undefined ? `options: ${options.map((name) => `--${name}`).join(', ')}` : `did you mean "--${near}"?`;
  return `unknown option "${shorten(unknown)}" (${hint})`;
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
