import about from '../../package.json' with { type: 'json' };
import { OnceError } from '../base/errors.ts';
import { shorten } from '../base/format.ts';
import { nearest } from '../step/inputs/values.ts';
import { internal } from '../step/lifetime.ts';
import { doctor } from './doctor/doctor.ts';
import { list } from './list.ts';
import { prune } from './prune/prune.ts';
import { remove } from './prune/remove.ts';
import { report } from './report/report.ts';
import { BadUsage, type Verb } from './verb.ts';

/** All verbs, in the order of `--help`. */
const verbs: readonly Verb[] = [list, prune, remove, report, doctor];

const FAILED = 1;
const BAD_USAGE = 2;

/** Runs the command line `args` and sets the exit code of this process. */
export async function runCommand(args: readonly string[]): Promise<void> {
  // Node exits by itself if nothing is left to wait for. That is a failure unless the verb has returned.
  process.exitCode = FAILED;
  // The reader of the output may go away (`| head`). The verb still cleans up.
  process.stdout.on('error', () => {});
  try {
    process.exitCode = await run(args);
  } catch (error) {
    process.stderr.write(`${describe(error, args[0])}\n`);
    process.exitCode = error instanceof BadUsage ? BAD_USAGE : FAILED;
  }
}

function describe(error: unknown, name: string | undefined): string {
  if (error instanceof OnceError) return error.message;
  if (!(error instanceof BadUsage)) return internal(error).message;
  const help = findVerb(name) === undefined ? 'build-once --help' : `build-once ${name} --help`;
  return `build-once: ${error.message}. See ${help}`;
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) throw new BadUsage(`no command given (commands: ${names()})`);
  if (name === 'help' || isHelp(name)) return print(usage());
  if (name === '--version') return print(`${about.version}\n`);
  const verb = findVerb(name);
  if (verb === undefined) throw unknown(name);
  return args.some(isHelp) ? print(verb.usage) : verb.run(args);
}

function findVerb(name: string | undefined): Verb | undefined {
  return verbs.find((verb) => verb.name === name);
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function unknown(name: string): BadUsage {
  const near = nearest(
    name,
    verbs.map((verb) => verb.name),
  );
  const kind = name.startsWith('-') ? 'option' : 'command';
  const hint = near === undefined ? `commands: ${names()}` : `did you mean "${near}"?`;
  return new BadUsage(`unknown ${kind} "${shorten(name)}" (${hint})`);
}

function names(): string {
  return verbs.map(({ name }) => name).join(', ');
}

function usage(): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  return `The first job builds, the rest reuse. This command works on the shared cache.

build-once <command> [options]

${verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

  --help      prints this text; build-once <command> --help describes one command
  --version   prints the version

Exit code: 2 if a command or an option does not exist.
`;
}
