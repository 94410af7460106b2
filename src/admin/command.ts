import { shorten } from '../base/format.ts';
import type { Env } from '../step/inputs/read.ts';
import { internal } from '../step/lifetime.ts';
import { serve } from './doctor/contender.ts';
import { doctor } from './doctor/doctor.ts';
import { CONTENDER } from './doctor/protocol.ts';
import { listEntries } from './list.ts';
import { BadUsage } from './usage.ts';
import { version } from './version.ts';

/** Something that the command line can do. */
interface Verb {
  /** For the list of verbs; undefined: not meant for people. */
  readonly summary: string | undefined;
  /** Returns the exit code. */
  readonly run: (args: readonly string[], env: Env) => Promise<number>;
}

/** Every verb: its name, what the help says of it, and its file. */
const verbs: Readonly<Record<string, Verb>> = {
  list: { summary: 'lists what is in the shared cache', run: listEntries },
  doctor: { summary: 'checks whether a folder is fit to be the shared cache', run: doctor },
  [CONTENDER]: { summary: undefined, run: serve },
};

const FAILED = 1;
const BAD_USAGE = 2;

/** Does what the command line asks for; the exit code says how it went. */
export async function runCommand(args: readonly string[]): Promise<void> {
  // Should nothing be left that could go on before this is done, that is no success.
  process.exitCode = FAILED;
  // Nobody reads it any more (`| head`): what was begun is cleaned up all the same.
  process.stdout.on('error', () => {});
  try {
    process.exitCode = await follow(args, process.env);
  } catch (error) {
    const bad = error instanceof BadUsage;
    const [verb = ''] = args;
    const help = Object.hasOwn(verbs, verb) ? `build-once ${verb} --help` : 'build-once --help';
    process.stderr.write(bad ? `build-once: ${error.message}. See ${help}\n` : `${internal(error).message}\n`);
    process.exitCode = bad ? BAD_USAGE : FAILED;
  }
}

async function follow([name, ...rest]: readonly string[], env: Env): Promise<number> {
  if (name === undefined) throw new BadUsage(`say what to do: ${shown().join(', ')}`);
  if (name === '--help' || name === '-h' || name === 'help') return print(help());
  if (name === '--version') return print(`${version()}\n`);
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb !== undefined) return verb.run(rest, env);
  const kind = name.startsWith('-') ? 'option' : 'command';
  throw new BadUsage(`there is no ${kind} "${shorten(name)}". There is: ${shown().join(', ')}`);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function shown(): string[] {
  return Object.keys(verbs).filter((name) => verbs[name]?.summary !== undefined);
}

function help(): string {
  const width = Math.max(...shown().map((name) => name.length));
  return `The first job builds, the rest reuse: what a person can do with the shared cache.

build-once <command> [options]

${shown()
  .map((name) => `  ${name.padEnd(width)}  ${verbs[name]?.summary}`)
  .join('\n')}

  --help      this text; build-once <command> --help tells of one command
  --version   the version

Exit code: 2 for a command or an option that does not exist.
`;
}
